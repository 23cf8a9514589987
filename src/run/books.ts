import type { ConsumerRecord, PublisherRecord } from '../load/protocol.js';
import { balance, type Ledger } from '../measure/ledger.js';
import { SequenceSet } from '../measure/sequence-set.js';

/** Closes the books of one trial over all threads; see `balance` for the context. */
export function closeBooks(
  records: {
    readonly publishers: readonly PublisherRecord[];
    readonly consumers: readonly ConsumerRecord[];
  },
  context: { readonly confirms: boolean; readonly leftInQueues: number },
): Ledger {
  const publishers = records.publishers.flatMap(({ accounts }) =>
    accounts.map((one) => ({ ...one, confirmed: SequenceSet.fromPlain(one.confirmed) })),
  );
  const deliveries = records.consumers.flatMap(({ accounts }) =>
    accounts.map((one) => ({
      ...one,
      first: SequenceSet.fromPlain(one.first),
      again: SequenceSet.fromPlain(one.again),
    })),
  );
  return balance(publishers, deliveries, context);
}
