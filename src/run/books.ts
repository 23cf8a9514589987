import type {
  ConsumerRecord,
  PlainDeliveryAccount,
  PlainPublisherAccount,
  PublisherRecord,
} from '../load/protocol.js';
import { balance } from '../measure/balance.js';
import type {
  DeliveryAccount,
  Ledger,
  LedgerContext,
  PublisherAccount,
} from '../measure/ledger.js';
import { SequenceBag } from '../measure/sequence-bag.js';
import { SequenceSet } from '../measure/sequence-set.js';
import { SequenceTimes } from '../measure/sequence-times.js';

/** Closes the books of one trial over all threads; see `balance` for the context. */
export function closeBooks(
  records: {
    readonly publishers: readonly PublisherRecord[];
    readonly consumers: readonly ConsumerRecord[];
  },
  context: Omit<LedgerContext, 'foreign'>,
): Ledger {
  const publishers = records.publishers.flatMap(({ accounts }) => accounts.map(publisherAccount));
  const deliveries = records.consumers.flatMap(({ accounts }) => accounts.map(deliveryAccount));
  const foreign = records.consumers.reduce((total, record) => total + record.foreign, 0);
  return balance(publishers, deliveries, { ...context, foreign });
}

function publisherAccount(plain: PlainPublisherAccount): PublisherAccount {
  return {
    ...plain,
    confirmed: SequenceSet.fromPlain(plain.confirmed),
    returned: SequenceSet.fromPlain(plain.returned),
    republished: SequenceBag.fromPlain(plain.republished),
    sentAt: SequenceTimes.fromPlain(plain.sentAt),
  };
}

function deliveryAccount(plain: PlainDeliveryAccount): DeliveryAccount {
  return {
    ...plain,
    plain: SequenceBag.fromPlain(plain.plain),
    again: SequenceSet.fromPlain(plain.again),
    outOfOrder: SequenceSet.fromPlain(plain.outOfOrder),
  };
}
