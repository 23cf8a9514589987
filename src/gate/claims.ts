import { isDeepStrictEqual } from 'node:util';
import type { Expectation } from '../base/expectation.js';
import type { ClaimVerdict, ResultCase, Trial, Verdict } from '../result/result.js';
import { type Ratio, ratioOverRounds } from '../stats/ratio.js';

/** A claim as the profile states it, before it was held against a result. */
export interface StatedClaim {
  readonly says: string;
  readonly source: string | undefined;
  readonly metric: string;
  readonly ratio: {
    readonly path: string;
    readonly numerator: unknown;
    readonly denominator: unknown;
  };
  readonly expect: Expectation;
}

/** The case with the numerator's value, and its twin with the denominator's. */
type CasePair = readonly [ResultCase, ResultCase];

/**
 * Says of each claim whether the trials bear it out: it holds when the whole 95 % interval of the
 * ratio lies where it was expected, fails when none of it does, and is inconclusive otherwise.
 * Trials that are not valid are left out, and so are pairs of cases that have no others.
 */
export function judgeClaims(
  claims: readonly StatedClaim[],
  cases: readonly ResultCase[],
): ClaimVerdict[] {
  return claims.map((claim) => {
    const pairs = pairsOf(claim, cases);
    const comparable = pairs.filter((pair) => isMeasured(pair, claim.metric));
    const rounds = roundsOf(comparable, claim.metric);
    const ratio = ratioOverRounds(rounds);
    const { says, source, metric, expect } = claim;
    return {
      says,
      source: source ?? null,
      metric,
      compares: claim.ratio,
      expect,
      ratio: ratio?.value ?? null,
      interval: ratio?.interval ? [ratio.interval.low, ratio.interval.high] : null,
      rounds: rounds.length,
      pairs: { compared: comparable.length, of: pairs.length },
      verdict: verdictOf(expect, ratio),
    };
  });
}

/** For each round that measured every one of these pairs: the pairs' metrics. */
function roundsOf(pairs: readonly CasePair[], metric: string): [number, number][][] {
  return roundNumbers(pairs)
    .map((round) => pairs.flatMap((pair) => measuredPair(pair, round, metric)))
    .filter((measured) => measured.length === pairs.length);
}

/** A pair that no round measured validly would void every round of all the others. */
function isMeasured(pair: CasePair, metric: string): boolean {
  return roundNumbers([pair]).some((round) => measuredPair(pair, round, metric).length > 0);
}

function roundNumbers(pairs: readonly CasePair[]): number[] {
  return [...new Set(pairs.flatMap(([over]) => over.trials.map(({ round }) => round)))];
}

/** Cases that differ in the claim's path alone, numerator first; skipped ones have no part. */
function pairsOf(
  { ratio: { path, numerator, denominator } }: StatedClaim,
  cases: readonly ResultCase[],
): CasePair[] {
  const ran = cases.filter(({ skipped }) => skipped === undefined);
  const has = (one: ResultCase, value: unknown) => isDeepStrictEqual(one.vary[path], value);
  const rest = ({ vary }: ResultCase) => ({ ...vary, [path]: undefined });
  return ran
    .filter((one) => has(one, numerator))
    .flatMap((over) => {
      const under = ran.find(
        (one) => has(one, denominator) && isDeepStrictEqual(rest(one), rest(over)),
      );
      return under ? [[over, under] as const] : [];
    });
}

function measuredPair([over, under]: CasePair, round: number, metric: string): [number, number][] {
  const above = metricOf(over, round, metric);
  const below = metricOf(under, round, metric);
  return above > 0 && below > 0 ? [[above, below]] : [];
}

/** The metric of a case's trial in a round; NaN when it was not measured, or not validly. */
function metricOf({ trials }: ResultCase, round: number, metric: string): number {
  const trial = trials.find((one) => one.round === round && one.valid);
  return trial ? valueAt(trial, metric) : Number.NaN;
}

function valueAt(trial: Trial, path: string): number {
  const value = path
    .split('.')
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], trial);
  return typeof value === 'number' ? value : Number.NaN;
}

function verdictOf(expect: Expectation, ratio: Ratio | undefined): Verdict {
  if (!ratio?.interval) return 'inconclusive';
  const { low, high } = ratio.interval;
  if (isExpected(expect, low) && isExpected(expect, high)) return 'holds';
  return isApart(expect, low, high) ? 'fails' : 'inconclusive';
}

function isExpected(expect: Expectation, value: number): boolean {
  if ('below' in expect) return value < expect.below;
  if ('above' in expect) return value > expect.above;
  if ('atLeast' in expect) return value >= expect.atLeast;
  if ('atMost' in expect) return value <= expect.atMost;
  return value >= expect.between[0] && value <= expect.between[1];
}

/** Whether the whole interval lies outside of what was expected, on one side of it. */
function isApart(expect: Expectation, low: number, high: number): boolean {
  if ('between' in expect) return high < expect.between[0] || low > expect.between[1];
  return !isExpected(expect, low) && !isExpected(expect, high);
}
