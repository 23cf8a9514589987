import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffMillis } from '../../src/load/back-off.js';

describe('the wait before an attempt', () => {
  test('lies between nothing and a bound that doubles from 200 ms up to 2 s', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.nat(2000), chance, (attempt, share) => {
        const wait = backOffMillis(attempt, () => share);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(Math.min(2000, 200 * 2 ** attempt));
      }),
    );
  });

  test.each([
    [0, 200],
    [1, 400],
    [3, 1600],
    [4, 2000],
    [2000, 2000],
  ])('is, for attempt %d, anything up to %d ms', (attempt, longest) => {
    const waits = [0, 0.25, 1].map((share) => backOffMillis(attempt, () => share));
    expect(waits).toEqual([0, longest / 4, longest]);
  });
});
