import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ConsumerLines, DeliveryBook } from '../../src/load/delivery-book.js';
import type { PlainDeliveryAccount } from '../../src/load/protocol.js';
import type { SequenceRange } from '../../src/measure/runs.js';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { type PlainSequenceSet, SequenceSet } from '../../src/measure/sequence-set.js';
import { stampOf, writeMessage } from '../../src/measure/stamp.js';
import { present } from '../support/fake-channel.js';

const consumersMax = 3;

interface Delivery {
  readonly consumer: number;
  readonly publisher: number;
  readonly sequence: number;
  readonly redelivered: boolean;
}

const deliveries = fc.array(
  fc.record({
    consumer: fc.nat(consumersMax - 1),
    publisher: fc.nat(5),
    sequence: fc.nat(15),
    redelivered: fc.boolean(),
  }),
  { maxLength: 200, size: 'max' },
);

function enter(
  lines: ConsumerLines,
  sequence: number,
  publisher = 0,
  redelivered = false,
): boolean {
  const stamp = stampOf(publisher);
  writeMessage(stamp, 0, sequence, 0, 0);
  return lines.enter(stamp, 0, redelivered);
}

function entered(given: readonly Delivery[]): PlainDeliveryAccount[] {
  const book = new DeliveryBook();
  const consumers = Array.from({ length: consumersMax }, () => book.addConsumer());
  for (const { consumer, sequence, publisher, redelivered } of given) {
    enter(present(consumers[consumer]), sequence, publisher, redelivered);
  }
  return book.accounts();
}

function sequencesOf(plain: PlainSequenceSet): number[] {
  const set = SequenceSet.fromPlain(plain);
  return Array.from({ length: 16 }, (_, i) => i).filter((sequence) => set.has(sequence));
}

/** What came without the flag, one for each time. */
function plainOf(account: PlainDeliveryAccount): number[] {
  const layers = SequenceBag.fromPlain(account.plain).toPlain();
  return layers.flatMap(sequencesOf).sort((a, b) => a - b);
}

/** Those that came to their thread for the first time, and to their consumer after a later one. */
function naiveOutOfOrder(given: readonly Delivery[]): number[] {
  const late = given.filter(({ consumer, sequence, redelivered }, i) => {
    const before = given.slice(0, i);
    const isFirst = !redelivered && before.every((one) => one.sequence !== sequence);
    const isLaterOne = (one: Delivery) =>
      one.consumer === consumer && one.sequence > sequence && !one.redelivered;
    return isFirst && before.some(isLaterOne);
  });
  return distinct(late);
}

function distinct(given: readonly Delivery[]): number[] {
  return [...new Set(given.map(({ sequence }) => sequence))].sort((a, b) => a - b);
}

/** What an account must say of these deliveries of one publisher. */
function expected(publisher: number, given: readonly Delivery[]): unknown {
  const plain = given.filter(({ redelivered }) => !redelivered);
  const again = given.filter(({ redelivered }) => redelivered);
  return {
    publisher,
    delivered: given.length,
    redelivered: again.length,
    plain: plain.map(({ sequence }) => sequence).sort((a, b) => a - b),
    again: distinct(again),
    outOfOrder: naiveOutOfOrder(given),
    gaps: [],
  };
}

function rangesOf(book: DeliveryBook): readonly SequenceRange[] {
  return SequenceBag.fromPlain(present(book.accounts()[0]).plain).distinct.ranges();
}

describe('a delivery book', () => {
  test('tells of every publisher what came, what came again, how often, and what came late', () => {
    fc.assert(
      fc.property(deliveries, (given) => {
        const accounts = entered(given).map((account) => ({
          ...account,
          plain: plainOf(account),
          again: sequencesOf(account.again),
          outOfOrder: sequencesOf(account.outOfOrder),
        }));
        const publishers = [...new Set(given.map(({ publisher }) => publisher))].sort();
        const of = (id: number) => given.filter(({ publisher }) => publisher === id);
        expect(accounts).toEqual(publishers.map((id) => expected(id, of(id))));
      }),
    );
  });

  test('is empty when nothing came', () => {
    expect(new DeliveryBook().accounts()).toEqual([]);
  });

  test('knows sequences beyond 32 bits by those that came before', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    const near = 2 ** 32;
    for (let step = 1; step < 8; step++) enter(lines, step * 2 ** 29);
    for (const sequence of [near - 1, near, near + 1]) enter(lines, sequence);
    expect(rangesOf(book).slice(-2)).toEqual([
      { first: 7 * 2 ** 29, last: 7 * 2 ** 29 },
      { first: near - 1, last: near + 1 },
    ]);
  });

  test('takes in the furthest sequence that may follow', () => {
    const book = new DeliveryBook();
    expect(enter(book.addConsumer(), 2 ** 30)).toBe(true);
    expect(rangesOf(book)).toEqual([{ first: 2 ** 30, last: 2 ** 30 }]);
  });

  test.each([
    ['with the flag', true],
    ['without it', false],
  ])(
    'counts nothing that is too far beyond the latest to be of its trial, %s',
    (_, redelivered) => {
      const book = new DeliveryBook();
      const [lines, others] = [book.addConsumer(), book.addConsumer()];
      expect(enter(lines, 5)).toBe(true);
      expect(enter(others, 5 + 2 ** 30 + 1, 0, redelivered)).toBe(false);
      expect(enter(lines, 6)).toBe(true);
      expect(book.accounts()).toMatchObject([{ delivered: 2, redelivered: 0, gaps: [] }]);
      expect(rangesOf(book)).toEqual([{ first: 5, last: 6 }]);
    },
  );
});

describe('a message is out of order', () => {
  function outOfOrder(book: DeliveryBook): number[] {
    return sequencesOf(present(book.accounts()[0]).outOfOrder);
  }

  test('when a later one of its publisher came to its consumer before', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    for (const sequence of [0, 2, 1, 3]) enter(lines, sequence);
    expect(outOfOrder(book)).toEqual([1]);
  });

  test('not when the later one came to another consumer', () => {
    const book = new DeliveryBook();
    const [one, other] = [book.addConsumer(), book.addConsumer()];
    enter(one, 5);
    enter(other, 4);
    expect(outOfOrder(book)).toEqual([]);
  });

  test('not when the later one was of another publisher', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 5, 1);
    enter(lines, 4, 0);
    expect(outOfOrder(book)).toEqual([]);
  });

  test('never when it made a return trip', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 5);
    enter(lines, 4, 0, true);
    expect(outOfOrder(book)).toEqual([]);
  });

  test('not for a return trip that was ahead of it', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 5, 0, true);
    enter(lines, 4);
    expect(outOfOrder(book)).toEqual([]);
  });

  test('not when it had come before with the flag', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 4, 0, true);
    enter(lines, 5);
    enter(lines, 4);
    expect(outOfOrder(book)).toEqual([]);
  });

  test('not for coming twice', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    for (const sequence of [4, 5, 4]) enter(lines, sequence);
    expect(outOfOrder(book)).toEqual([]);
  });
});
