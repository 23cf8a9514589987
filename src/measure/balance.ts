import { identify } from './identities.js';
import type { DeliveryAccount, Ledger, LedgerContext, PublisherAccount } from './ledger.js';
import { balancePublisher } from './publisher-balance.js';

/** Closes the books of one trial: what every publisher did against what all threads received. */
export function balance(
  publishers: readonly PublisherAccount[],
  deliveries: readonly DeliveryAccount[],
  context: LedgerContext,
): Ledger {
  const received = byPublisher(deliveries);
  const balances = publishers.map((account) =>
    balancePublisher(account, received.get(account.publisher) ?? [], context),
  );
  const known = new Set(publishers.map(({ publisher }) => publisher));
  const strangers = deliveries.filter(({ publisher }) => !known.has(publisher));
  const ours = deliveries.filter(({ publisher }) => known.has(publisher));
  return {
    published: sum(publishers, ({ published }) => published),
    confirmed: sum(publishers, ({ confirmed }) => confirmed.size),
    nacked: sum(publishers, ({ nacked }) => nacked),
    returned: sum(publishers, ({ returned }) => returned.size),
    unroutable: sum(balances, ({ unroutable }) => unroutable),
    inDoubt: sum(publishers, ({ inDoubt }) => inDoubt),
    republished: sum(publishers, ({ republished }) => republished.size),
    delivered: sum(ours, ({ delivered }) => delivered),
    unique: sum(balances, ({ unique }) => unique),
    redelivered: sum(ours, ({ redelivered }) => redelivered),
    duplicated: sum(balances, ({ duplicated }) => duplicated.size),
    reordered: sum(balances, ({ reordered }) => reordered.size),
    foreign:
      context.foreign +
      sum(strangers, ({ delivered }) => delivered) +
      sum(balances, ({ foreign }) => foreign),
    lostOnAutoAck: sum(balances, ({ lostOnAutoAck }) => lostOnAutoAck.size),
    leftInQueues: context.leftInQueues,
    uncountedQueues: context.uncountedQueues,
    lost: sum(balances, ({ lost }) => lost.size),
    lostBasis: context.confirms ? 'confirmed' : 'published',
    lostMessages: identify(balances, ({ lost }) => lost, context.startMicros),
    lostOnAutoAckMessages: identify(
      balances,
      ({ lostOnAutoAck }) => lostOnAutoAck,
      context.startMicros,
    ),
    duplicatedMessages: identify(
      balances,
      ({ duplicated }) => duplicated.distinct,
      context.startMicros,
    ),
    reorderedMessages: identify(balances, ({ reordered }) => reordered, context.startMicros),
  };
}

function byPublisher(deliveries: readonly DeliveryAccount[]): Map<number, DeliveryAccount[]> {
  const groups = new Map<number, DeliveryAccount[]>();
  for (const account of deliveries) {
    const group = groups.get(account.publisher);
    if (group) group.push(account);
    else groups.set(account.publisher, [account]);
  }
  return groups;
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
