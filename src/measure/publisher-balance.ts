import type { DeliveryAccount, LedgerContext, PublisherAccount } from './ledger.js';
import { SequenceBag } from './sequence-bag.js';
import { SequenceSet } from './sequence-set.js';

/** What became of one publisher's messages. */
export interface PublisherBalance {
  readonly account: PublisherAccount;
  readonly unique: number;
  /** Messages that came, with sequences that it never used. */
  readonly foreign: number;
  readonly unroutable: number;
  /** Each message as often as it was delivered beyond what was to be expected. */
  readonly duplicated: SequenceBag;
  readonly reordered: SequenceSet;
  readonly lost: SequenceSet;
  readonly lostOnAutoAck: SequenceSet;
}

/** What all threads together received of one publisher. */
interface Received {
  readonly plain: SequenceBag;
  readonly arrived: SequenceSet;
  readonly outOfOrder: SequenceSet;
  readonly gaps: SequenceSet;
}

/** Holds what was promised to one publisher against what came of its messages. */
export function balancePublisher(
  account: PublisherAccount,
  deliveries: readonly DeliveryAccount[],
  context: Pick<LedgerContext, 'confirms' | 'unroutable'>,
): PublisherBalance {
  const published = SequenceSet.below(account.published);
  const promised = context.confirms ? account.confirmed : published;
  const isUnroutable = context.unroutable.has(account.publisher);
  const { plain, arrived, outOfOrder, gaps } = receivedOf(
    deliveries,
    published,
    account.republished.distinct,
  );
  const foreign = arrived.without(published);
  const awaited = isUnroutable ? new SequenceSet() : promised.without(account.returned);
  const missing = awaited.without(arrived);
  const duplicates = plain.repeats().within(published);
  return {
    account,
    unique: arrived.size - foreign.size,
    foreign: foreign.size,
    unroutable: isUnroutable ? promised.size : 0,
    duplicated: duplicates.without(account.republished),
    // What came twice is told as that, and what was sent twice may overtake.
    reordered: outOfOrder
      .intersection(published)
      .without(duplicates.distinct)
      .without(account.republished.distinct),
    lost: missing.without(gaps),
    lostOnAutoAck: missing.intersection(gaps),
  };
}

function receivedOf(
  deliveries: readonly DeliveryAccount[],
  published: SequenceSet,
  republished: SequenceSet,
): Received {
  const lastRepublished = republished.ranges().at(-1)?.last ?? -1;
  const plain = SequenceBag.empty();
  const arrived = new SequenceSet();
  const outOfOrder = new SequenceSet();
  const gaps = new SequenceSet();
  for (const theirs of deliveries) {
    plain.addAll(theirs.plain);
    arrived.addAll(theirs.plain.distinct);
    arrived.addAll(theirs.again);
    outOfOrder.addAll(theirs.outOfOrder);
    for (const { first, last } of theirs.gaps) {
      // A message sent again comes before others that its publisher had sent before the loss.
      const end = republished.has(last + 1) ? Math.max(last, lastRepublished) : last;
      gaps.addAll(published.between({ first, last: end }));
    }
  }
  return { plain, arrived, outOfOrder, gaps };
}
