import { BrokerError, UsageError } from '../base/errors.js';
import { formatMicros } from '../base/units.js';
import type { Ledger } from '../measure/ledger.js';
import type { CeilingFigures, CeilingMode } from '../result/generator-ceiling.js';
import type { Measured } from './measured.js';

/** What the threads counted in the window, as figures. Throws a UsageError when that was nothing. */
export function ceilingFigures(mode: CeilingMode, measured: Measured): CeilingFigures {
  const { instants, publishers, consumers, cpuMicros } = measured;
  checkClocks(consumers);
  const seconds = (instants.stopMicros - instants.startMicros) / 1e6;
  const counted = {
    published: sum(publishers, ({ publishedInWindow }) => publishedInWindow),
    confirmed: sum(publishers, ({ confirmedInWindow }) => confirmedInWindow),
    consumed: sum(consumers, ({ consumedInWindow }) => consumedInWindow),
  };
  const messages = counted[countOf[mode]];
  if (messages === 0) {
    throw new UsageError(`no message was ${countOf[mode]} in ${formatMicros(seconds * 1e6)}`, {
      hint: 'Measure for longer, or when the machine has less else to do.',
    });
  }
  return {
    messagesPerSecond: messages / seconds,
    cpuMicrosPerMessage: cpuMicros / messages,
    ...(mode === 'loop' ? { publishedPerSecond: counted.published / seconds } : {}),
  };
}

const countOf = {
  publish: 'published',
  'publish-confirm': 'confirmed',
  consume: 'consumed',
  'consume-ack': 'consumed',
  loop: 'consumed',
} as const;

/**
 * Holds the threads' books against each other and against what the null broker counted. Both are ours,
 * so that a difference is a fault of rmqbench: throws an Error that says which.
 */
export function checkBooks(mode: CeilingMode, ledger: Ledger, takenByBroker: number): void {
  const { published, confirmed, unique, lost, duplicated, leftInQueues } = ledger;
  const differences = [
    ...(mode === 'publish' || mode === 'publish-confirm'
      ? unequal(`${published} published`, published, `${takenByBroker} taken`, takenByBroker)
      : []),
    ...(mode === 'publish-confirm'
      ? unequal(`${published} published`, published, `${confirmed} confirmed`, confirmed)
      : []),
    ...(mode === 'loop'
      ? [
          ...unequal(`${published} published`, published, `${unique} consumed`, unique),
          ...(lost > 0 ? [`${lost} lost`] : []),
          ...(leftInQueues > 0 ? [`${leftInQueues} still queued`] : []),
        ]
      : []),
    ...(duplicated > 0 ? [`${duplicated} duplicated`] : []),
  ];
  if (differences.length === 0) return;
  throw new Error(`the null broker's messages do not add up: ${differences.join(', ')}`);
}

/** A message from the future is spared the histogram, and the ceiling would be one without. */
function checkClocks(consumers: Measured['consumers']): void {
  const count = sum(consumers, ({ negativeLatencies }) => negativeLatencies);
  if (count === 0) return;
  throw new BrokerError(
    `${count} messages arrived before they were sent, by this machine's clock`,
    {
      hint: 'Was the clock set just now? Measure once more.',
    },
  );
}

function unequal(oneText: string, one: number, otherText: string, other: number): string[] {
  return one === other ? [] : [`${oneText} but ${otherText}`];
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
