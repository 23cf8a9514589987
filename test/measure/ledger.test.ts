import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  balance,
  type DeliveryAccount,
  lostRangesMax,
  type PublisherAccount,
} from '../../src/measure/ledger.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';

interface Delivery {
  readonly publisher: number;
  readonly sequence: number;
  readonly redelivered: boolean;
}

/** What one publisher did, message by message. */
interface Published {
  readonly outcomes: readonly ('confirmed' | 'nacked' | 'in doubt')[];
}

const confirming = { confirms: true, leftInQueues: 0 };

function setOf(sequences: Iterable<number>): SequenceSet {
  const set = new SequenceSet();
  for (const one of sequences) set.add(one);
  return set;
}

function publisherAccount({ outcomes }: Published, publisher: number): PublisherAccount {
  return {
    publisher,
    published: outcomes.length,
    confirmed: setOf(outcomes.flatMap((outcome, i) => (outcome === 'confirmed' ? [i] : []))),
    nacked: outcomes.filter((outcome) => outcome === 'nacked').length,
    inDoubt: outcomes.filter((outcome) => outcome === 'in doubt').length,
  };
}

/** A publisher all of whose messages were confirmed. */
function confirmedAll(count: number, publisher = 0): PublisherAccount {
  return publisherAccount({ outcomes: new Array(count).fill('confirmed') }, publisher);
}

/** What one thread notes of its deliveries: an account for each publisher. */
function accountsOf(deliveries: readonly Delivery[]): DeliveryAccount[] {
  const publishers = new Set(deliveries.map(({ publisher }) => publisher));
  return [...publishers].map((publisher) => {
    const theirs = deliveries.filter((one) => one.publisher === publisher);
    const plain = theirs.filter(({ redelivered }) => !redelivered).map(({ sequence }) => sequence);
    const flagged = theirs.filter(({ redelivered }) => redelivered);
    return {
      publisher,
      delivered: theirs.length,
      redelivered: flagged.length,
      repeated: plain.length - new Set(plain).size,
      first: setOf(plain),
      again: setOf(flagged.map(({ sequence }) => sequence)),
    };
  });
}

function delivery(sequence: number, redelivered = false, publisher = 0): Delivery {
  return { publisher, sequence, redelivered };
}

/** The deliveries dealt to threads: the i-th goes to the thread that `threads` names. */
function dealt(deliveries: readonly Delivery[], threads: readonly number[]): DeliveryAccount[] {
  const hands = Array.from({ length: 4 }, (_, thread) =>
    deliveries.filter((_, i) => (threads[i] ?? 0) === thread),
  );
  return hands.flatMap(accountsOf);
}

/** The same balance from a list of all that happened, by counting and comparing one by one. */
function naiveBalance(
  published: readonly Published[],
  deliveries: readonly Delivery[],
  confirms: boolean,
) {
  const messages = published.flatMap(({ outcomes }, publisher) =>
    outcomes.map((outcome, sequence) => ({ publisher, sequence, outcome })),
  );
  const having = (outcome: string) => messages.filter((one) => one.outcome === outcome);
  const key = (one: { publisher: number; sequence: number }) => `${one.publisher}/${one.sequence}`;
  const plain = deliveries.filter(({ redelivered }) => !redelivered);
  const arrived = new Set(deliveries.map(key));
  const promised = confirms ? having('confirmed') : messages;
  return {
    published: messages.length,
    confirmed: having('confirmed').length,
    nacked: having('nacked').length,
    inDoubt: having('in doubt').length,
    delivered: deliveries.length,
    unique: arrived.size,
    redelivered: deliveries.filter(({ redelivered }) => redelivered).length,
    duplicated: plain.length - new Set(plain.map(key)).size,
    lost: promised.filter((one) => !arrived.has(key(one))).length,
  };
}

const publisher = fc.record({
  outcomes: fc.array(fc.constantFrom('confirmed', 'nacked', 'in doubt'), { maxLength: 20 }),
});

/** A trial: publishers, and deliveries of their messages, some twice, some never. */
const trials = fc.array(publisher, { minLength: 1, maxLength: 3 }).chain((published) => {
  const sent = published.flatMap(({ outcomes }, id) =>
    outcomes.map((_, sequence) => ({ publisher: id, sequence })),
  );
  const one = fc
    .tuple(fc.nat(Math.max(0, sent.length - 1)), fc.boolean())
    .map(([index, redelivered]) => ({ publisher: 0, sequence: 0, ...sent[index], redelivered }));
  const deliveries = sent.length === 0 ? fc.constant([]) : fc.array(one, { maxLength: 60 });
  return fc.record({ published: fc.constant(published), deliveries });
});

const threads = fc.array(fc.nat(3), { minLength: 60, maxLength: 60 });

describe('a ledger', () => {
  test('balances as a list of every message and every delivery does', () => {
    fc.assert(
      fc.property(trials, threads, fc.boolean(), (trial, hands, confirms) => {
        const accounts = trial.published.map(publisherAccount);
        const context = { confirms, leftInQueues: 0 };
        expect(balance(accounts, dealt(trial.deliveries, hands), context)).toMatchObject(
          naiveBalance(trial.published, trial.deliveries, confirms),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('is the same whichever thread took which delivery, and in which order', () => {
    fc.assert(
      fc.property(trials, threads, threads, ({ published, deliveries }, one, other) => {
        const accounts = published.map(publisherAccount);
        const again = dealt(deliveries.toReversed(), other).toReversed();
        expect(balance(accounts, again, confirming)).toEqual(
          balance(accounts, dealt(deliveries, one), confirming),
        );
      }),
      { numRuns: 500 },
    );
  });

  test('of a trial in which all went well has nothing to complain of', () => {
    const deliveries = accountsOf([delivery(0), delivery(1), delivery(2)]);
    expect(balance([confirmedAll(3)], deliveries, confirming)).toEqual({
      published: 3,
      confirmed: 3,
      nacked: 0,
      inDoubt: 0,
      delivered: 3,
      unique: 3,
      redelivered: 0,
      duplicated: 0,
      leftInQueues: 0,
      lost: 0,
      lostBasis: 'confirmed',
      lostMessages: [],
    });
  });

  test('takes a return trip for no duplicate', () => {
    const deliveries = accountsOf([delivery(0), delivery(0, true)]);
    expect(balance([confirmedAll(1)], deliveries, confirming)).toMatchObject({
      delivered: 2,
      unique: 1,
      redelivered: 1,
      duplicated: 0,
    });
  });

  test('takes a second delivery without the flag for a duplicate, on another thread too', () => {
    const deliveries = [...accountsOf([delivery(0)]), ...accountsOf([delivery(0)])];
    expect(balance([confirmedAll(1)], deliveries, confirming)).toMatchObject({
      unique: 1,
      duplicated: 1,
    });
  });

  test('takes a message that only came with the flag for delivered', () => {
    const deliveries = accountsOf([delivery(0, true)]);
    expect(balance([confirmedAll(1)], deliveries, confirming)).toMatchObject({
      unique: 1,
      lost: 0,
    });
  });

  test('does not let a duplicate stand in for a lost message', () => {
    const deliveries = accountsOf([delivery(0), delivery(0)]);
    expect(balance([confirmedAll(2)], deliveries, confirming)).toMatchObject({
      published: 2,
      delivered: 2,
      lost: 1,
      duplicated: 1,
    });
  });

  test('does not let one publisher’s message stand in for that of another', () => {
    const publishers = [confirmedAll(1, 0), confirmedAll(1, 1)];
    const deliveries = accountsOf([delivery(0, false, 1)]);
    expect(balance(publishers, deliveries, confirming).lostMessages).toEqual([
      { publisher: 0, ranges: [{ first: 0, last: 0 }] },
    ]);
  });

  test('says what was left in queues', () => {
    const context = { confirms: true, leftInQueues: 7 };
    expect(balance([], [], context).leftInQueues).toBe(7);
  });
});

describe('a message is lost', () => {
  const unconfirmed = publisherAccount({ outcomes: ['in doubt', 'nacked'] }, 0);

  test('only if it was confirmed, when publishers ask for confirms', () => {
    expect(balance([unconfirmed], [], confirming)).toMatchObject({
      lost: 0,
      lostBasis: 'confirmed',
    });
  });

  test('if it was published at all, when they do not', () => {
    expect(balance([unconfirmed], [], { confirms: false, leftInQueues: 0 })).toMatchObject({
      lost: 2,
      lostBasis: 'published',
      lostMessages: [{ publisher: 0, ranges: [{ first: 0, last: 1 }] }],
    });
  });
});

describe('the identities of lost messages', () => {
  /** Every second message arrived, so that each lost one is a range of its own. */
  function everySecond(count: number, id: number): { sent: PublisherAccount; came: Delivery[] } {
    const arrived = Array.from({ length: count }, (_, i) => delivery(2 * i, false, id));
    return { sent: confirmedAll(2 * count, id), came: arrived };
  }

  test('are kept as ranges', () => {
    const deliveries = accountsOf([delivery(3), delivery(6)]);
    expect(balance([confirmedAll(8)], deliveries, confirming).lostMessages).toEqual([
      {
        publisher: 0,
        ranges: [
          { first: 0, last: 2 },
          { first: 4, last: 5 },
          { first: 7, last: 7 },
        ],
      },
    ]);
  });

  test('are kept up to a limit over all publishers, and counted beyond it', () => {
    const parts = [60, 60, 60].map((count, id) => everySecond(count, id));
    const ledger = balance(
      parts.map(({ sent }) => sent),
      accountsOf(parts.flatMap(({ came }) => came)),
      confirming,
    );
    expect(ledger.lost).toBe(180);
    expect(ledger.lostMessages.map(({ ranges }) => ranges.length)).toEqual([
      60,
      lostRangesMax - 60,
    ]);
  });

  test('begin with the first ones', () => {
    const { sent, came } = everySecond(lostRangesMax + 1, 0);
    const [lost] = balance([sent], accountsOf(came), confirming).lostMessages;
    expect(lost?.ranges[0]).toEqual({ first: 1, last: 1 });
    expect(lost?.ranges.at(-1)).toEqual({
      first: 2 * lostRangesMax - 1,
      last: 2 * lostRangesMax - 1,
    });
  });
});
