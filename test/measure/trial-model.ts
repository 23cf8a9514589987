import fc from 'fast-check';
import type { DeliveryAccount, LedgerContext, PublisherAccount } from '../../src/measure/ledger.js';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { SequenceTimes } from '../../src/measure/sequence-times.js';
import { setOf } from './sequences.js';

/** What became of one message on its publisher's side. */
export interface Fate {
  readonly outcome: 'confirmed' | 'nacked' | 'in doubt';
  readonly isReturned: boolean;
  readonly timesRepublished: number;
}

export interface Published {
  readonly id: number;
  readonly fates: readonly Fate[];
}

/** One delivery to a consumer of one thread. */
export interface Delivery {
  readonly thread: number;
  readonly publisher: number;
  readonly sequence: number;
  readonly isRedelivered: boolean;
  /** Whether it came to its consumer after a later one. */
  readonly isLate: boolean;
}

/** What a consumer of one thread may have lost with its connection. */
export interface Gap {
  readonly thread: number;
  readonly publisher: number;
  readonly first: number;
  readonly last: number;
}

/** A trial as plain lists of all that happened. */
export interface Trial {
  readonly publishers: readonly Published[];
  readonly deliveries: readonly Delivery[];
  readonly gaps: readonly Gap[];
  readonly context: LedgerContext;
}

export const threadsMax = 3;
const ids = [2, 5, 9];
const strangerId = 7;

const fate = fc.record({
  outcome: fc.constantFrom('confirmed', 'confirmed', 'nacked', 'in doubt'),
  isReturned: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
  timesRepublished: fc.constantFrom(0, 0, 0, 1, 2),
});

const context = fc.record({
  confirms: fc.boolean(),
  unroutable: fc.constantFrom(new Set<number>(), new Set([5]), new Set([2, 9])),
  leftInQueues: fc.nat(3),
  uncountedQueues: fc.nat(2),
  foreign: fc.nat(2),
  startMicros: fc.constant(0),
});

const thread = fc.nat(threadsMax - 1);

const delivery = fc
  .record({
    thread,
    publisher: fc.constantFrom(...ids, ...ids, ...ids, strangerId),
    sequence: fc.nat(14),
    isRedelivered: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
    isLate: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map((one) => ({ ...one, isLate: one.isLate && !one.isRedelivered }));

const gap = fc
  .record({
    thread,
    publisher: fc.constantFrom(...ids),
    first: fc.nat(14),
    length: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(Infinity)),
  })
  .map(({ first, length, ...of }) => ({ ...of, first, last: first + length - 1 }));

/** Trials of few messages to which a lot happens, some of it to messages that nobody published. */
export const trials: fc.Arbitrary<Trial> = fc
  .record({
    publishers: fc.tuple(...ids.map((id) => published(id))),
    deliveries: fc.array(delivery, { maxLength: 60, size: 'max' }),
    gaps: fc.array(gap, { maxLength: 4 }),
    context,
  })
  .map((trial) => ({ ...trial, deliveries: withForeignOnce(trial) }));

function published(id: number): fc.Arbitrary<Published> {
  return fc.array(fate, { maxLength: 12 }).map((fates) => ({ id, fates }));
}

/** Leaves out what would come of a foreign message after it came in order for the first time. */
function withForeignOnce({ publishers, deliveries }: Pick<Trial, 'publishers' | 'deliveries'>) {
  const foreign = new Set<string>();
  return deliveries.filter((one) => {
    const publisher = publishers.find(({ id }) => id === one.publisher);
    if (publisher === undefined || one.sequence < publisher.fates.length) return true;
    const isFirst = !foreign.has(keyOf(one));
    foreign.add(keyOf(one));
    return isFirst && !one.isLate;
  });
}

export function keyOf(one: { readonly publisher: number; readonly sequence: number }): string {
  return `${one.publisher}/${one.sequence}`;
}

/** The accounts that publishers would render. */
export function publisherAccounts({ publishers }: Trial): PublisherAccount[] {
  return publishers.map(({ id, fates }) => {
    const having = (outcome: Fate['outcome']) =>
      fates.flatMap((one, sequence) => (one.outcome === outcome ? [sequence] : []));
    const republished = SequenceBag.empty();
    for (const [sequence, { timesRepublished }] of fates.entries()) {
      for (let i = 0; i < timesRepublished; i++) republished.add(sequence);
    }
    return {
      publisher: id,
      published: fates.length,
      confirmed: setOf(having('confirmed')),
      nacked: having('nacked').length,
      returned: setOf(fates.flatMap((one, sequence) => (one.isReturned ? [sequence] : []))),
      republished,
      inDoubt: having('in doubt').length,
      sentAt: new SequenceTimes(),
    };
  });
}

/** The accounts that threads would render: one for each publisher that they know of. */
export function deliveryAccounts({ deliveries, gaps }: Trial): DeliveryAccount[] {
  return Array.from({ length: threadsMax }, (_, i) => i).flatMap((thread) => {
    const came = deliveries.filter((one) => one.thread === thread);
    const lost = gaps.filter((one) => one.thread === thread);
    const publishers = new Set([...came, ...lost].map(({ publisher }) => publisher));
    return [...publishers].map((publisher) =>
      deliveryAccount(
        publisher,
        came.filter((one) => one.publisher === publisher),
        lost.filter((one) => one.publisher === publisher),
      ),
    );
  });
}

function deliveryAccount(
  publisher: number,
  came: readonly Delivery[],
  gaps: readonly Gap[],
): DeliveryAccount {
  const sequencesOf = (deliveries: readonly Delivery[]) =>
    deliveries.map(({ sequence }) => sequence);
  const again = came.filter(({ isRedelivered }) => isRedelivered);
  const plain = SequenceBag.empty();
  for (const one of came) if (!one.isRedelivered) plain.add(one.sequence);
  return {
    publisher,
    delivered: came.length,
    redelivered: again.length,
    plain,
    again: setOf(sequencesOf(again)),
    outOfOrder: setOf(sequencesOf(came.filter(({ isLate }) => isLate))),
    gaps: gaps.map(({ first, last }) => ({ first, last })),
  };
}
