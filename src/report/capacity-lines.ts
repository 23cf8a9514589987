import { formatCount } from '../base/units.js';
import { capacityOf } from '../base/vary-text.js';
import type { Capacity, ResultCase } from '../result/result.js';

/** What the cases can carry whose rates are shares of that: a line for each capacity. */
export function capacityLines(cases: readonly ResultCase[]): string[] {
  return [...new Set(cases.flatMap(({ capacity }) => (capacity ? capacityText(capacity) : [])))];
}

/** `capacity of mirrors=none: 8100 msg/s carried, 8910 not (6 probes)` */
export function capacityText(capacity: Capacity): string {
  const { of, perSecond, notCarriedPerSecond, probes } = capacity;
  const limit = notCarriedPerSecond === null ? '' : `, ${formatCount(notCarriedPerSecond)} not`;
  const told = [probesText(probes.length), ...doubts(capacity)];
  return `${capacityOf(of)}: ${formatCount(perSecond)} msg/s carried${limit} (${told.join('; ')})`;
}

function doubts({ probes }: Capacity): string[] {
  const invalid = probes.filter(({ valid }) => !valid).length;
  const losing = probes.filter(({ ledger }) => ledger.lost > 0).length;
  return [
    ...(invalid > 0 ? [`in ${invalid} of them rmqbench was measured, not the broker`] : []),
    ...(losing > 0 ? [`in ${losing} of them messages were lost`] : []),
  ];
}

function probesText(count: number): string {
  return `${count} ${count === 1 ? 'probe' : 'probes'}`;
}
