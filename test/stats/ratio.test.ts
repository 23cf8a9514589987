import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ratio, ratioOverRounds } from '../../src/stats/ratio.js';

type Rounds = [number, number][][];

const amount = fc.integer({ min: 1, max: 1_000_000 });

/** Two rounds or more, each with as many pairs. */
const manyRounds: fc.Arbitrary<Rounds> = fc
  .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 4 }))
  .chain(([rounds, pairs]) =>
    fc.array(fc.array(fc.tuple(amount, amount), { minLength: pairs, maxLength: pairs }), {
      minLength: rounds,
      maxLength: rounds,
    }),
  );

/** Value, low and high as logarithms, whose errors do not depend on their size. */
function logsOf(ratio: Ratio | undefined): [number, number, number] {
  const { value, interval } = ratio ?? { value: Number.NaN, interval: undefined };
  return [
    Math.log(value),
    Math.log(interval?.low ?? Number.NaN),
    Math.log(interval?.high ?? Number.NaN),
  ];
}

describe('a ratio over rounds', () => {
  test('is the geometric mean of the rounds, with the t interval of their logarithms', () => {
    // Round 1: 200/100 and 50/100 cancel out, its log is 0. Round 2: 400/100 and 100/100, log ln 2.
    // Mean ln 2 / 2, standard deviation ln 2 / √2, standard error ln 2 / 2, t with 1 degree 12.706.
    const ratio = ratioOverRounds([
      [
        [200, 100],
        [50, 100],
      ],
      [
        [400, 100],
        [100, 100],
      ],
    ]);
    const [value, low, high] = logsOf(ratio);
    const half = Math.LN2 / 2;
    expect(value).toBeCloseTo(half, 10);
    expect(low).toBeCloseTo(half - 12.706 * half, 3);
    expect(high).toBeCloseTo(half + 12.706 * half, 3);
  });

  test('is inverted when numerator and denominator change places', () => {
    fc.assert(
      fc.property(manyRounds, (rounds) => {
        const swapped = rounds.map((pairs) =>
          pairs.map(([over, under]): [number, number] => [under, over]),
        );
        const [value, low, high] = logsOf(ratioOverRounds(rounds));
        const [otherValue, otherLow, otherHigh] = logsOf(ratioOverRounds(swapped));
        expect(otherValue).toBeCloseTo(-value, 8);
        expect(otherLow).toBeCloseTo(-high, 8);
        expect(otherHigh).toBeCloseTo(-low, 8);
      }),
    );
  });

  test('does not depend on the unit of the measurements', () => {
    fc.assert(
      fc.property(manyRounds, fc.integer({ min: 2, max: 1000 }), (rounds, factor) => {
        const scaled = rounds.map((pairs) =>
          pairs.map(([over, under]): [number, number] => [over * factor, under * factor]),
        );
        const [value, low, high] = logsOf(ratioOverRounds(rounds));
        const [otherValue, otherLow, otherHigh] = logsOf(ratioOverRounds(scaled));
        expect(otherValue).toBeCloseTo(value, 8);
        expect(otherLow).toBeCloseTo(low, 8);
        expect(otherHigh).toBeCloseTo(high, 8);
      }),
    );
  });

  test('gives a large case no more weight than a small one', () => {
    const ratio = ratioOverRounds([
      [
        [2_000_000, 1_000_000],
        [1, 2],
      ],
    ]);
    expect(ratio?.value).toBeCloseTo(1, 10);
  });

  test('takes rounds, not pairs, for repetitions', () => {
    const twice = (round: [number, number][]) => [...round, ...round];
    const rounds: Rounds = [[[2, 1]], [[3, 1]], [[4, 1]]];
    const [, low, high] = logsOf(ratioOverRounds(rounds));
    const [, otherLow, otherHigh] = logsOf(ratioOverRounds(rounds.map(twice)));
    expect([otherLow, otherHigh]).toEqual([expect.closeTo(low, 8), expect.closeTo(high, 8)]);
  });

  test('has no interval after one round', () => {
    expect(ratioOverRounds([[[50, 100]]])).toEqual({
      value: expect.closeTo(0.5, 10),
      interval: undefined,
    });
  });

  test('leaves out rounds in which nothing was compared', () => {
    expect(ratioOverRounds([[[50, 100]], [], [[40, 100]]])).toEqual(
      ratioOverRounds([[[50, 100]], [[40, 100]]]),
    );
  });

  test.each([[[]], [[[], []]]])('does not exist without a comparison', (rounds: Rounds) => {
    expect(ratioOverRounds(rounds)).toBeUndefined();
  });
});
