import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom, shuffled } from '../../src/base/random.js';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

/** Σ (observed − expected)² ÷ expected, all outcomes being equally likely. */
function chiSquare(observed: readonly number[]): number {
  const expected = observed.reduce((total, count) => total + count, 0) / observed.length;
  return observed.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
}

describe('a seeded source', () => {
  test('draws whole numbers from 0 up to the limit', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
        const drawn = seededRandom(seed).below(limit);
        expect(Number.isInteger(drawn)).toBe(true);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(limit);
      }),
    );
  });

  test('draws the least and the greatest number too', () => {
    const random = seededRandom(1);
    const drawn = new Set(Array.from({ length: 200 }, () => random.below(3)));
    expect([...drawn].toSorted()).toEqual([0, 1, 2]);
  });

  test('draws the same again from the same seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const [one, other] = [seededRandom(seed), seededRandom(seed)];
        const draws = Array.from({ length: 20 }, () => [one.below(1e6), other.below(1e6)]);
        for (const [first, second] of draws) expect(second).toBe(first);
      }),
    );
  });

  test('counts the low 32 bits of its seed only', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(seededRandom(seed + 2 ** 32).below(1e9)).toBe(seededRandom(seed).below(1e9));
      }),
    );
  });
});

describe('shuffled', () => {
  test('gives every item back exactly once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seeds, (items, seed) => {
        const ascending = (a: number, b: number) => a - b;
        const order = shuffled(items, seededRandom(seed));
        expect(order.toSorted(ascending)).toEqual(items.toSorted(ascending));
      }),
    );
  });

  test('leaves the list that it was given as it was', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    shuffled(items, seededRandom(1));
    expect(items).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('gives the same order for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), seeds, (items, seed) => {
        expect(shuffled(items, seededRandom(seed))).toEqual(shuffled(items, seededRandom(seed)));
      }),
    );
  });

  test('gives different orders of a long list for different seeds', () => {
    const items = Array.from({ length: 100 }, (_, i) => i);
    const orders = Array.from({ length: 100 }, (_, seed) => shuffled(items, seededRandom(seed)));
    expect(new Set(orders.map((order) => order.join())).size).toBe(100);
  });

  test('puts each item first equally often', () => {
    const items = Array.from({ length: 10 }, (_, i) => i);
    const random = seededRandom(42);
    const firsts = items.map(() => 0);
    for (let draw = 0; draw < 10_000; draw++) {
      const first = shuffled(items, random)[0] ?? Number.NaN;
      firsts[first] = (firsts[first] ?? 0) + 1;
    }
    // 27.9 is the 99.9th percentile of chi-square with 9 degrees of freedom.
    expect(chiSquare(firsts)).toBeLessThan(27.9);
  });

  test('gives each order of three items equally often', () => {
    const random = seededRandom(42);
    const orders = new Map<string, number>();
    for (let draw = 0; draw < 12_000; draw++) {
      const order = shuffled(['a', 'b', 'c'], random).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(orders.size).toBe(6);
    // 20.5 is the 99.9th percentile of chi-square with 5 degrees of freedom.
    expect(chiSquare([...orders.values()])).toBeLessThan(20.5);
  });
});
