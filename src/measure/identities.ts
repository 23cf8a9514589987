import { type MessagesOfPublisher, rangesMax, type SentRange } from './ledger.js';
import type { PublisherBalance } from './publisher-balance.js';
import type { SequenceRange } from './runs.js';
import type { SequenceSet } from './sequence-set.js';
import type { SequenceTimes } from './sequence-times.js';

/**
 * Which messages something happened to, and when those were sent, in seconds from the start instant:
 * the first ranges, publisher by publisher, and no more of them than a result keeps.
 */
export function identify(
  balances: readonly PublisherBalance[],
  messagesOf: (balance: PublisherBalance) => SequenceSet,
  startMicros: number,
): MessagesOfPublisher[] {
  const identities: MessagesOfPublisher[] = [];
  let room = rangesMax;
  for (const balance of balances) {
    const { publisher, sentAt } = balance.account;
    const ranges = messagesOf(balance).ranges(room);
    if (ranges.length === 0) continue;
    room -= ranges.length;
    const toSent = (range: SequenceRange) => sentRange(range, sentAt, startMicros);
    identities.push({ publisher, ranges: ranges.map(toSent) });
  }
  return identities;
}

function sentRange(range: SequenceRange, sentAt: SequenceTimes, startMicros: number): SentRange {
  const { fromMicros, toMicros } = sentAt.between(range.first, range.last);
  const seconds = (micros: number) => Math.round((micros - startMicros) / 1000) / 1000;
  return { ...range, fromSeconds: seconds(fromMicros), toSeconds: seconds(toMicros) };
}
