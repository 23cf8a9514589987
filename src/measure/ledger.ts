import { type SequenceRange, SequenceSet } from './sequence-set.js';

/** What one publisher knows of its own messages when its trial is over. */
export interface PublisherAccount {
  readonly publisher: number;
  /** Sequences 0 … published − 1 were written to the socket. */
  readonly published: number;
  readonly confirmed: SequenceSet;
  readonly nacked: number;
  /** Published and neither confirmed nor nacked when waiting for confirms ended. */
  readonly inDoubt: number;
}

/** What one consuming thread received of one publisher's messages. */
export interface DeliveryAccount {
  readonly publisher: number;
  readonly delivered: number;
  /** Deliveries with the redelivered flag: a return trip, not a duplicate. */
  readonly redelivered: number;
  /** Deliveries without the flag of a message that this thread had received without it before. */
  readonly repeated: number;
  /** Messages that came without the redelivered flag. */
  readonly first: SequenceSet;
  /** Messages that came with the flag. */
  readonly again: SequenceSet;
}

/** Messages of one publisher that were promised and never came. */
export interface LostMessages {
  readonly publisher: number;
  readonly ranges: readonly SequenceRange[];
}

/** The balance of a trial, over sets of (publisher, sequence) and not over differences of counts. */
export interface Ledger {
  readonly published: number;
  readonly confirmed: number;
  readonly nacked: number;
  readonly inDoubt: number;
  readonly delivered: number;
  readonly unique: number;
  readonly redelivered: number;
  /** Deliveries without the redelivered flag beyond the first such delivery of their message. */
  readonly duplicated: number;
  /** Messages that the drain could not fetch in time; with any, `lost` is an upper bound. */
  readonly leftInQueues: number;
  readonly lost: number;
  /** Which promise was held against the deliveries: the broker's confirms, or our own writing. */
  readonly lostBasis: 'confirmed' | 'published';
  readonly lostMessages: readonly LostMessages[];
}

/** Identities of lost messages kept in a result: this many ranges in all. */
export const lostRangesMax = 100;

/** Closes the books of one trial. `confirms` tells whether the publishers asked for confirms. */
export function balance(
  publishers: readonly PublisherAccount[],
  deliveries: readonly DeliveryAccount[],
  context: { readonly confirms: boolean; readonly leftInQueues: number },
): Ledger {
  const totals = { unique: 0, duplicated: 0, lost: 0 };
  const lostMessages: LostMessages[] = [];
  for (const account of publishers) {
    const theirs = deliveries.filter(({ publisher }) => publisher === account.publisher);
    const { arrived, duplicated } = mergeDeliveries(theirs);
    const promised = context.confirms ? account.confirmed : SequenceSet.below(account.published);
    const missing = promised.minus(arrived);
    totals.unique += arrived.size;
    totals.duplicated += duplicated;
    totals.lost += sum(missing, ({ first, last }) => last - first + 1);
    if (missing.length > 0) lostMessages.push({ publisher: account.publisher, ranges: missing });
  }
  return {
    published: sum(publishers, ({ published }) => published),
    confirmed: sum(publishers, ({ confirmed }) => confirmed.size),
    nacked: sum(publishers, ({ nacked }) => nacked),
    inDoubt: sum(publishers, ({ inDoubt }) => inDoubt),
    delivered: sum(deliveries, ({ delivered }) => delivered),
    redelivered: sum(deliveries, ({ redelivered }) => redelivered),
    leftInQueues: context.leftInQueues,
    lostBasis: context.confirms ? 'confirmed' : 'published',
    ...totals,
    lostMessages: atMostRanges(lostMessages, lostRangesMax),
  };
}

function mergeDeliveries(deliveries: readonly DeliveryAccount[]): {
  arrived: SequenceSet;
  duplicated: number;
} {
  const arrived = new SequenceSet();
  let duplicated = 0;
  for (const { first, repeated } of deliveries) duplicated += repeated + arrived.addAll(first);
  for (const { again } of deliveries) arrived.addAll(again);
  return { arrived, duplicated };
}

/** The first `limit` ranges, in the order given. */
function atMostRanges(lost: readonly LostMessages[], limit: number): LostMessages[] {
  let room = limit;
  const kept: LostMessages[] = [];
  for (const { publisher, ranges } of lost) {
    if (room === 0) break;
    kept.push({ publisher, ranges: ranges.slice(0, room) });
    room -= Math.min(room, ranges.length);
  }
  return kept;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
