import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeliveryBook } from '../../src/load/delivery-book.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';

const deliveries = fc.array(
  fc.record({
    publisher: fc.integer({ min: 0, max: 5 }),
    sequence: fc.integer({ min: 0, max: 15 }),
    redelivered: fc.boolean(),
  }),
  { maxLength: 200, size: 'max' },
);

interface Delivery {
  readonly sequence: number;
  readonly redelivered: boolean;
}

/** What an account must say of these deliveries of one publisher. */
function expected(publisher: number, given: readonly Delivery[]): unknown {
  const first = given.filter(({ redelivered }) => !redelivered);
  const again = given.filter(({ redelivered }) => redelivered);
  return {
    publisher,
    delivered: given.length,
    redelivered: again.length,
    repeated: first.length - distinct(first).length,
    first: distinct(first),
    again: distinct(again),
  };
}

function distinct(given: readonly Delivery[]): number[] {
  return [...new Set(given.map(({ sequence }) => sequence))].sort((a, b) => a - b);
}

function sequencesOf(plain: Parameters<typeof SequenceSet.fromPlain>[0]): number[] {
  const set = SequenceSet.fromPlain(plain);
  return Array.from({ length: 16 }, (_, i) => i).filter((sequence) => set.has(sequence));
}

describe('a delivery book', () => {
  test('tells of every publisher what came first, what came again, and how often', () => {
    fc.assert(
      fc.property(deliveries, (given) => {
        const book = new DeliveryBook();
        for (const one of given) book.enter(one.publisher, one.sequence, one.redelivered);
        const accounts = book.accounts().map((account) => ({
          ...account,
          first: sequencesOf(account.first),
          again: sequencesOf(account.again),
        }));
        const publishers = [...new Set(given.map(({ publisher }) => publisher))].sort();
        expect(accounts).toEqual(
          publishers.map((id) =>
            expected(
              id,
              given.filter(({ publisher }) => publisher === id),
            ),
          ),
        );
      }),
    );
  });

  test('holds a message that comes back with the flag as no repetition', () => {
    const book = new DeliveryBook();
    book.enter(0, 1, false);
    book.enter(0, 1, true);
    expect(book.accounts()).toMatchObject([{ delivered: 2, redelivered: 1, repeated: 0 }]);
  });

  test('is empty when nothing came', () => {
    expect(new DeliveryBook().accounts()).toEqual([]);
  });
});
