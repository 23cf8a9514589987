import { describe, expect, test } from 'vitest';
import { balance } from '../../src/measure/balance.js';
import type { Ledger, LedgerContext } from '../../src/measure/ledger.js';
import {
  type Delivery,
  deliveryAccounts,
  type Fate,
  type Gap,
  publisherAccounts,
} from './trial-model.js';

const well: Fate = { outcome: 'confirmed', isReturned: false, timesRepublished: 0 };

const confirming: LedgerContext = {
  confirms: true,
  unroutable: new Set(),
  leftInQueues: 0,
  uncountedQueues: 0,
  foreign: 0,
  startMicros: 0,
};

interface Given {
  /** The fates of publisher 0's messages. */
  readonly fates: readonly Fate[];
  readonly deliveries?: readonly Delivery[];
  readonly gaps?: readonly Gap[];
  readonly context?: Partial<LedgerContext>;
}

function ledgerOf({ fates, deliveries = [], gaps = [], context = {} }: Given): Ledger {
  const whole = { ...confirming, ...context };
  const trial = { publishers: [{ id: 0, fates }], deliveries, gaps, context: whole };
  return balance(publisherAccounts(trial), deliveryAccounts(trial), whole);
}

function delivery(sequence: number, other: Partial<Delivery> = {}): Delivery {
  const usual = { thread: 0, publisher: 0, isRedelivered: false, isLate: false };
  return { ...usual, sequence, ...other };
}

const again = { isRedelivered: true };

describe('a ledger', () => {
  test('of a trial in which all went well has nothing to complain of', () => {
    const deliveries = [delivery(0), delivery(1), delivery(2)];
    expect(ledgerOf({ fates: [well, well, well], deliveries })).toEqual({
      published: 3,
      confirmed: 3,
      nacked: 0,
      returned: 0,
      unroutable: 0,
      inDoubt: 0,
      republished: 0,
      delivered: 3,
      unique: 3,
      redelivered: 0,
      duplicated: 0,
      reordered: 0,
      foreign: 0,
      lostOnAutoAck: 0,
      leftInQueues: 0,
      uncountedQueues: 0,
      lost: 0,
      lostBasis: 'confirmed',
      lostMessages: [],
      lostOnAutoAckMessages: [],
      duplicatedMessages: [],
      reorderedMessages: [],
    });
  });

  test('takes a return trip for no duplicate', () => {
    const deliveries = [delivery(0), delivery(0, again)];
    expect(ledgerOf({ fates: [well], deliveries })).toMatchObject({
      delivered: 2,
      unique: 1,
      redelivered: 1,
      duplicated: 0,
    });
  });

  test('takes a second delivery without the flag for a duplicate, on another thread too', () => {
    const deliveries = [delivery(0), delivery(0, { thread: 1 })];
    expect(ledgerOf({ fates: [well], deliveries })).toMatchObject({ unique: 1, duplicated: 1 });
  });

  test('takes as many more deliveries for expected as a message was sent again', () => {
    const fates = [{ ...well, timesRepublished: 2 }];
    const deliveries = [delivery(0), delivery(0), delivery(0)];
    expect(ledgerOf({ fates, deliveries })).toMatchObject({ republished: 2, duplicated: 0 });
    expect(ledgerOf({ fates, deliveries: [...deliveries, delivery(0)] })).toMatchObject({
      duplicated: 1,
      duplicatedMessages: [{ publisher: 0, ranges: [{ first: 0, last: 0 }] }],
    });
  });

  test('does not let what was sent again excuse the duplicate of another message', () => {
    const fates = [{ ...well, timesRepublished: 1 }, well];
    const deliveries = [delivery(0), delivery(1), delivery(1)];
    expect(ledgerOf({ fates, deliveries }).duplicated).toBe(1);
  });

  test('takes a message that only came with the flag for delivered', () => {
    const deliveries = [delivery(0, again)];
    expect(ledgerOf({ fates: [well], deliveries })).toMatchObject({ unique: 1, lost: 0 });
  });

  test('does not let a duplicate stand in for a lost message', () => {
    const deliveries = [delivery(0), delivery(0)];
    expect(ledgerOf({ fates: [well, well], deliveries })).toMatchObject({
      delivered: 2,
      lost: 1,
      duplicated: 1,
    });
  });

  test('holds a message for reordered that came late, once', () => {
    const deliveries = [delivery(1), delivery(0, { isLate: true })];
    expect(ledgerOf({ fates: [well, well], deliveries })).toMatchObject({
      reordered: 1,
      reorderedMessages: [{ publisher: 0, ranges: [{ first: 0, last: 0 }] }],
    });
  });

  test('holds a message that came twice for duplicated, not for reordered', () => {
    const deliveries = [delivery(0), delivery(1), delivery(0, { thread: 1, isLate: true })];
    expect(ledgerOf({ fates: [well, well], deliveries })).toMatchObject({
      reordered: 0,
      duplicated: 1,
    });
  });

  test('holds no message for reordered that was sent again', () => {
    const fates = [{ ...well, timesRepublished: 1 }, well];
    const deliveries = [delivery(1), delivery(0, { isLate: true })];
    expect(ledgerOf({ fates, deliveries }).reordered).toBe(0);
  });

  // A message that nobody published is foreign however often it comes.
  test('holds no foreign message for duplicated', () => {
    const deliveries = [delivery(0), delivery(8), delivery(8)];
    expect(ledgerOf({ fates: [well], deliveries })).toMatchObject({ duplicated: 0 });
  });

  test('holds for foreign what came of a publisher that is none, and sequences never used', () => {
    const deliveries = [delivery(0), delivery(1), delivery(0, { publisher: 3 })];
    const ledger = ledgerOf({ fates: [well], deliveries, context: { foreign: 4 } });
    expect(ledger).toMatchObject({ unique: 1, foreign: 6 });
  });

  test('says what was left in queues, and how many queues could not be asked', () => {
    const context = { leftInQueues: 7, uncountedQueues: 2 };
    expect(ledgerOf({ fates: [], context })).toMatchObject(context);
  });
});

describe('a message that never came', () => {
  const unconfirmed: Fate[] = [
    { ...well, outcome: 'in doubt' },
    { ...well, outcome: 'nacked' },
  ];

  test('is lost only if it was confirmed, when publishers ask for confirms', () => {
    expect(ledgerOf({ fates: unconfirmed })).toMatchObject({ lost: 0, lostBasis: 'confirmed' });
    expect(ledgerOf({ fates: [well] })).toMatchObject({ lost: 1 });
  });

  test('is lost if it was published at all, when they do not', () => {
    expect(ledgerOf({ fates: unconfirmed, context: { confirms: false } })).toMatchObject({
      lost: 2,
      lostBasis: 'published',
      lostMessages: [{ publisher: 0, ranges: [{ first: 0, last: 1 }] }],
    });
  });

  test.each([true, false])('is not lost when it was returned, with confirms (%s)', (confirms) => {
    const fates = [{ ...well, isReturned: true }];
    expect(ledgerOf({ fates, context: { confirms } })).toMatchObject({ returned: 1, lost: 0 });
  });

  test('is not lost when no queue was bound to its key, as was to be expected', () => {
    const context = { unroutable: new Set([0]) };
    expect(ledgerOf({ fates: [well, well], context })).toMatchObject({ unroutable: 2, lost: 0 });
  });

  test('is lost with its connection when a consumer without acks may have had it', () => {
    const gaps = [{ thread: 0, publisher: 0, first: 1, last: 2 }];
    const fates = [well, well, well, well];
    const deliveries = [delivery(0), delivery(2)];
    expect(ledgerOf({ fates, deliveries, gaps })).toMatchObject({
      lostOnAutoAck: 1,
      lost: 1,
      lostOnAutoAckMessages: [{ publisher: 0, ranges: [{ first: 1, last: 1 }] }],
      lostMessages: [{ publisher: 0, ranges: [{ first: 3, last: 3 }] }],
    });
  });

  test('is not lost with a connection before it was confirmed', () => {
    const gaps = [{ thread: 0, publisher: 0, first: 0, last: Infinity }];
    expect(ledgerOf({ fates: unconfirmed, gaps })).toMatchObject({ lostOnAutoAck: 0, lost: 0 });
  });
});
