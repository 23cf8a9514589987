import { describe, expect, test } from 'vitest';
import type { Expectation } from '../../src/base/expectation.js';
import { judgeClaims, type StatedClaim } from '../../src/gate/claims.js';
import type { ClaimVerdict, ResultCase, Trial } from '../../src/result/result.js';
import { exampleCase, exampleCost, exampleTrial } from '../support/example-result.js';

const claim: StatedClaim = {
  says: 'Mirroring lowers throughput',
  source: 'a paper',
  metric: 'throughput.consumedPerSecond',
  ratio: { path: 'queues.mirrors', numerator: 'all', denominator: 'none' },
  expect: { below: 1 },
};

function judge(cases: readonly ResultCase[], changes: Partial<StatedClaim> = {}): ClaimVerdict {
  const [verdict] = judgeClaims([{ ...claim, ...changes }], cases);
  if (verdict === undefined) throw new Error('no verdict');
  return verdict;
}

/** A trial for each rate, in rounds counted from 1. */
function rounds(...rates: number[]): Trial[] {
  return rates.map((rate, i) => exampleTrial(rate, { round: i + 1 }));
}

function caseVarying(
  vary: Readonly<Record<string, unknown>>,
  trials: readonly Trial[],
  changes: Partial<ResultCase> = {},
): ResultCase {
  return exampleCase('example', [], { vary, trials, ...changes });
}

function mirrored(trials: readonly Trial[], vary: Readonly<Record<string, unknown>> = {}) {
  return caseVarying({ 'queues.mirrors': 'all', ...vary }, trials);
}

function plain(trials: readonly Trial[], vary: Readonly<Record<string, unknown>> = {}) {
  return caseVarying({ 'queues.mirrors': 'none', ...vary }, trials);
}

/** Cases whose ratio was so much in each of the rounds. */
function casesWithRatios(...ratios: number[]): ResultCase[] {
  const hundreds = rounds(...ratios.map(() => 100));
  return [mirrored(rounds(...ratios.map((ratio) => ratio * 100))), plain(hundreds)];
}

/** Ratios near a value, so that their interval is narrow around it. */
function near(value: number): ResultCase[] {
  return casesWithRatios(value, value * 1.001, value * 0.999);
}

/** Ratios whose interval reaches from far below to far above a half, one and two. */
const scattered = casesWithRatios(0.2, 1, 5);

describe('a claim', () => {
  const expectations: [Expectation, number, number][] = [
    [{ below: 1 }, 0.5, 2],
    [{ above: 1 }, 2, 0.5],
    [{ atMost: 1 }, 0.5, 2],
    [{ atLeast: 1 }, 2, 0.5],
    [{ between: [0.9, 1.1] }, 1, 0.5],
    [{ between: [0.9, 1.1] }, 1, 2],
  ];

  test.each(expectations)('that expects %j holds when the ratio is near %d', (expect_, held) => {
    expect(judge(near(held), { expect: expect_ }).verdict).toBe('holds');
  });

  test.each(expectations)('that expects %j fails, not near %d, near %d', (expect_, _, failed) => {
    expect(judge(near(failed), { expect: expect_ }).verdict).toBe('fails');
  });

  test.each(expectations)('that expects %j is inconclusive when rounds disagree', (expect_) => {
    expect(judge(scattered, { expect: expect_ }).verdict).toBe('inconclusive');
  });

  test('of a range is inconclusive when the interval reaches over one of its ends', () => {
    const expect_: Expectation = { between: [0.5, 1] };
    expect(judge(near(1), { expect: expect_ }).verdict).toBe('inconclusive');
    expect(judge(near(0.5), { expect: expect_ }).verdict).toBe('inconclusive');
  });

  const limits: [Expectation, string][] = [
    [{ below: 1 }, 'fails'],
    [{ above: 1 }, 'fails'],
    [{ atMost: 1 }, 'holds'],
    [{ atLeast: 1 }, 'holds'],
    [{ between: [1, 2] }, 'holds'],
    [{ between: [0, 1] }, 'holds'],
  ];

  test.each(limits)('that expects %j of a ratio of exactly 1 %s', (expect_, verdict) => {
    expect(judge(casesWithRatios(1, 1, 1), { expect: expect_ }).verdict).toBe(verdict);
  });

  test('is inconclusive after one round, however clear the ratio', () => {
    expect(judge(casesWithRatios(0.01))).toMatchObject({
      ratio: expect.closeTo(0.01, 10),
      interval: null,
      rounds: 1,
      verdict: 'inconclusive',
    });
  });

  test('is inconclusive without a single trial', () => {
    expect(judge([mirrored([]), plain([])])).toMatchObject({
      ratio: null,
      interval: null,
      rounds: 0,
      verdict: 'inconclusive',
    });
  });

  test('states the ratio and its interval', () => {
    // Logarithms ln 2 and ln 8: mean ln 4, standard error ln 2, t with 1 degree of freedom 12.706.
    const { ratio, interval, rounds: count } = judge(casesWithRatios(2, 8));
    expect(ratio).toBeCloseTo(4, 8);
    expect(interval?.map(Math.log)).toEqual([
      expect.closeTo(Math.log(4) - 12.706 * Math.LN2, 3),
      expect.closeTo(Math.log(4) + 12.706 * Math.LN2, 3),
    ]);
    expect(count).toBe(2);
  });

  test('is repeated in its verdict', () => {
    const { ratio: compares, ...stated } = claim;
    expect(judge(scattered)).toMatchObject({ ...stated, compares });
  });

  test('without a source has none in its verdict', () => {
    expect(judge(scattered, { source: undefined }).source).toBeNull();
  });

  test('is judged by its own metric', () => {
    const trials = (lag: number) =>
      [1, 2].map((round) =>
        exampleTrial(0, { round, cost: exampleCost({ generatorCpuMicrosPerMessage: lag }) }),
      );
    const metric = 'cost.generatorCpuMicrosPerMessage';
    const { ratio } = judge([mirrored(trials(30)), plain(trials(10))], { metric });
    expect(ratio).toBeCloseTo(3, 10);
  });

  test.each(['latencyMicros.endToEnd.p50', 'latencyMicros.service.p99', 'valid', 'a.b.c'])(
    'about %s is inconclusive if that was not measured',
    (metric) => {
      expect(judge(near(0.5), { metric })).toMatchObject({
        ratio: null,
        rounds: 0,
        verdict: 'inconclusive',
      });
    },
  );

  test('compares values that are maps', () => {
    const cases = [
      caseVarying({ 'queues.mirrors': { exactly: 2 } }, rounds(50, 50)),
      caseVarying({ 'queues.mirrors': { exactly: 3 } }, rounds(1, 1)),
      plain(rounds(100, 100)),
    ];
    const ratio = { ...claim.ratio, numerator: { exactly: 2 } };
    expect(judge(cases, { ratio }).ratio).toBeCloseTo(0.5, 10);
  });

  test('is judged in the order of the profile, each for itself', () => {
    const claims = [claim, { ...claim, says: 'The contrary', expect: { above: 1 } }];
    const verdicts = judgeClaims(claims, near(0.5)).map(({ says, verdict }) => [says, verdict]);
    expect(verdicts).toEqual([
      [claim.says, 'holds'],
      ['The contrary', 'fails'],
    ]);
  });
});

describe('the trials that a claim is judged on', () => {
  test('are those of rounds that measured both sides', () => {
    const cases = [mirrored(rounds(50, 50, 1)), plain(rounds(100, 100))];
    expect(judge(cases)).toMatchObject({ rounds: 2, ratio: expect.closeTo(0.5, 10) });
  });

  test('are those of rounds that measured every pair', () => {
    const cases = [
      mirrored(rounds(50, 50, 1), { size: 1 }),
      plain(rounds(100, 100, 100), { size: 1 }),
      mirrored(rounds(50, 50), { size: 2 }),
      plain(rounds(100, 100), { size: 2 }),
    ];
    expect(judge(cases)).toMatchObject({ rounds: 2, ratio: expect.closeTo(0.5, 10) });
  });

  test.each(['numerator', 'denominator'])('are the valid ones only (%s)', (side) => {
    const spoilt = [...rounds(50, 50), exampleTrial(1, { round: 3, valid: false })];
    const cases =
      side === 'numerator'
        ? [mirrored(spoilt), plain(rounds(50, 50, 50))]
        : [mirrored(rounds(50, 50, 50)), plain(spoilt)];
    expect(judge(cases)).toMatchObject({ rounds: 2, ratio: expect.closeTo(1, 10) });
  });

  test('are matched by round, not by place', () => {
    const cases = [
      mirrored([exampleTrial(20, { round: 2 }), exampleTrial(10, { round: 1 })]),
      plain([exampleTrial(10, { round: 1 }), exampleTrial(20, { round: 2 })]),
    ];
    expect(judge(cases).interval).toEqual([expect.closeTo(1, 10), expect.closeTo(1, 10)]);
  });

  test('leave out rounds in which nothing came, for that has no ratio', () => {
    const cases = [mirrored(rounds(0, 50, 50)), plain(rounds(100, 100, 100))];
    expect(judge(cases)).toMatchObject({ rounds: 2, ratio: expect.closeTo(0.5, 10) });
  });

  test('are not those of skipped cases, which hold up no other pair', () => {
    const cases = [
      mirrored(rounds(50, 50), { type: 'classic' }),
      plain(rounds(100, 100), { type: 'classic' }),
      caseVarying({ 'queues.mirrors': 'all', type: 'quorum' }, [], { skipped: 'impossible' }),
      plain(rounds(7, 7), { type: 'quorum' }),
    ];
    expect(judge(cases)).toMatchObject({ rounds: 2, ratio: expect.closeTo(0.5, 10) });
  });

  test('are of cases that are alike in all other varied values', () => {
    const cases = [
      mirrored(rounds(50, 50), { prefetch: 1 }),
      mirrored(rounds(5000, 5000), { prefetch: 10 }),
      plain(rounds(10_000, 10_000), { prefetch: 10 }),
      plain(rounds(100, 100), { prefetch: 1 }),
    ];
    expect(judge(cases)).toMatchObject({
      ratio: expect.closeTo(0.5, 10),
      interval: [expect.closeTo(0.5, 10), expect.closeTo(0.5, 10)],
      verdict: 'holds',
    });
  });

  test('are of cases that are alike whatever the order in which they name their values', () => {
    const cases = [
      caseVarying({ 'queues.mirrors': 'all', size: 1, prefetch: 2 }, rounds(50, 50)),
      caseVarying({ prefetch: 2, size: 1, 'queues.mirrors': 'none' }, rounds(100, 100)),
    ];
    expect(judge(cases).ratio).toBeCloseTo(0.5, 10);
  });

  test('are not those of a case without its like', () => {
    const cases = [
      mirrored(rounds(50, 50), { prefetch: 1 }),
      plain(rounds(100, 100), { prefetch: 1 }),
      mirrored(rounds(1, 1), { prefetch: 10 }),
      plain(rounds(1, 1), { prefetch: 100 }),
    ];
    expect(judge(cases)).toMatchObject({ rounds: 2, ratio: expect.closeTo(0.5, 10) });
  });
});

describe('a pair of cases that no round measured validly', () => {
  const invalid = [1, 2, 3].map((round) => exampleTrial(0, { round, valid: false }));
  const cases = [
    ...casesWithRatios(0.5, 0.51, 0.49),
    mirrored(invalid, { 'consumers.prefetch': 1 }),
    plain(rounds(100, 100, 100), { 'consumers.prefetch': 1 }),
  ];

  test('does not keep the others from being compared', () => {
    expect(judge(cases)).toMatchObject({ verdict: 'holds', rounds: 3 });
  });

  test('is counted as left out', () => {
    expect(judge(cases).pairs).toEqual({ compared: 1, of: 2 });
  });
});
