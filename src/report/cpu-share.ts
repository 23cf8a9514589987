import { formatMicros } from '../base/units.js';
import type { Cost, Result, ResultCase, Trial } from '../result/result.js';
import { median } from '../stats/median.js';

const parties = [
  ['generator', 'generatorCpuMicrosPerMessage', 'generator'],
  ['brokers', 'brokerCpuMicrosPerMessage', 'node'],
  ['load balancer', 'loadBalancerCpuMicrosPerMessage', 'load-balancer'],
] as const;

/**
 * Where the processors' time went, in a line: for a message, from the cheapest case to the dearest, and
 * of the machine. There is none of clusters whose brokers' CPU time is not known.
 */
export function cpuLines({ environment, cases }: Result): string[] {
  const texts = parties.flatMap(([name, cost, kind]) => {
    const micros = cases.flatMap((one) => medianOf(one, (trial) => costOf(trial, cost)) ?? []);
    if (micros.length === 0) return [];
    const used = cases.flatMap(
      (one) => medianOf(one, (trial) => coresOf(trial, kind, costOf(trial, cost))) ?? [],
    );
    const share = used.length === 0 ? '' : ` (${rangeText(used, percentOf(environment.cpuCount))})`;
    return { cost, text: `${name} ${rangeText(micros, formatMicros)}${share}` };
  });
  if (!texts.some(({ cost }) => cost === 'brokerCpuMicrosPerMessage')) return [];
  const all = texts.map(({ text }) => text).join(', ');
  const { cpuCount } = environment;
  const machine = cpuCount === 1 ? 'its only core' : `all ${cpuCount} cores`;
  return [`CPU time for a message (share of ${machine} here): ${all}.`];
}

/** Of the valid trials of a case that know it. */
function medianOf(
  { trials }: ResultCase,
  value: (trial: Trial) => number | null,
): number | undefined {
  const known = trials.filter(({ valid }) => valid).flatMap((trial) => value(trial) ?? []);
  return known.length === 0 ? undefined : median(known);
}

/** Results that were written before it was measured have none. */
function costOf({ cost }: Trial, name: keyof Cost): number | null {
  return cost?.[name] ?? null;
}

/** Without a cost, some processes of that kind were not seen, and the cores of the others mean nothing. */
function coresOf({ observed }: Trial, kind: string, cost: number | null): number | null {
  if (cost === null) return null;
  const used = observed?.processes.filter((process) => process.kind === kind) ?? [];
  const known = used.flatMap(({ cpuCores }) => cpuCores ?? []);
  return known.length === 0 ? null : known.reduce((total, cores) => total + cores, 0);
}

function rangeText(values: readonly number[], textOf: (value: number) => string): string {
  const [low, high] = [textOf(Math.min(...values)), textOf(Math.max(...values))];
  if (low === high) return low;
  const unit = / \S+$/.exec(high)?.[0] ?? '';
  return `${low.endsWith(unit) ? low.slice(0, low.length - unit.length) : low}–${high}`;
}

function percentOf(cpuCount: number): (cores: number) => string {
  return (cores) => `${Math.round((cores / cpuCount) * 100)} %`;
}
