import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/base/random.js';
import { studentInterval } from '../../src/stats/student-interval.js';

/** A standard normal draw (Box and Muller). */
function normal(random: Random): number {
  const uniform = () => (random.below(2 ** 31) + 1) / 2 ** 31;
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Values −1 and +1 in turn, and 0 in the middle of an odd number: their mean is 0. */
function balanced(count: number): number[] {
  const pairs = Array.from({ length: Math.floor(count / 2) }, () => [-1, 1]).flat();
  return count % 2 === 0 ? pairs : [...pairs, 0];
}

describe('the interval of a mean', () => {
  // Published 97.5 % quantiles of Student's t, by degrees of freedom.
  test.each([
    [1, 12.706],
    [2, 4.303],
    [4, 2.776],
    [9, 2.262],
    [29, 2.045],
  ])('spans t · s/√n with %d degrees of freedom, t being %d', (degrees, quantile) => {
    const values = balanced(degrees + 1);
    const squares = values.reduce((sum, value) => sum + value * value, 0);
    const error = Math.sqrt(squares / degrees) / Math.sqrt(values.length);
    const { low, high } = studentInterval(values, 0.95) ?? { low: Number.NaN, high: Number.NaN };
    expect(high / error).toBeCloseTo(quantile, 3);
    expect(low / error).toBeCloseTo(-quantile, 3);
  });

  test('is wider for more confidence', () => {
    // 99.5 % quantile with 4 degrees of freedom: 4.604.
    const values = balanced(5);
    const high = studentInterval(values, 0.99)?.high ?? Number.NaN;
    expect(high / (1 / Math.sqrt(5))).toBeCloseTo(4.604, 3);
  });

  test('moves and grows with the values', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
    const shifts = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(values, shifts, fc.integer({ min: 1, max: 9 }), (given, shift, scale) => {
        const plain = studentInterval(given, 0.95);
        const changed = studentInterval(
          given.map((value) => value * scale + shift),
          0.95,
        );
        expect(changed?.low).toBeCloseTo((plain?.low ?? Number.NaN) * scale + shift, 6);
        expect(changed?.high).toBeCloseTo((plain?.high ?? Number.NaN) * scale + shift, 6);
      }),
    );
  });

  test('is a point when all values agree', () => {
    expect(studentInterval([7, 7, 7], 0.95)).toEqual({ low: 7, high: 7 });
  });

  test.each([0, 1])('does not exist for %d values', (count) => {
    expect(studentInterval(new Array(count).fill(5), 0.95)).toBeUndefined();
  });

  test('covers the truth in 95 of 100 experiments with five values', () => {
    const random = seededRandom(2026);
    const truth = 100;
    const experiments = Array.from({ length: 2000 }, () =>
      studentInterval(
        Array.from({ length: 5 }, () => truth + 10 * normal(random)),
        0.95,
      ),
    );
    const covering = experiments.filter(
      (interval) => interval && interval.low <= truth && truth <= interval.high,
    );
    expect(covering.length / 2000).toBeGreaterThanOrEqual(0.935);
    expect(covering.length / 2000).toBeLessThanOrEqual(0.965);
  });
});
