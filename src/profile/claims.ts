import { isDeepStrictEqual } from 'node:util';
import { claimsSchema, type WrittenClaim } from './claim-schema.js';
import type { Combination } from './combinations.js';
import { didYouMean } from './did-you-mean.js';
import type { Fault } from './fault.js';
import { resolveExpectation } from './resolve.js';
import { flowText, shown, withoutPasswords } from './secrets.js';
import type { Claim, ProfileCase, VaryValue } from './settings.js';
import type { Path, Tree } from './tree.js';

/**
 * The claims of a profile, and what is wrong with them beyond their form, which is checked with the
 * rest of the profile. Like the values of `vary` that they name, they are kept as written.
 */
export function readClaims(
  tree: Tree,
  combinations: readonly Combination[] | undefined,
  cases: readonly ProfileCase[],
): { claims: readonly Claim[]; faults: readonly Fault[] } {
  const parsed = claimsSchema.safeParse(withoutPasswords(tree['claims'] ?? []));
  if (!parsed.success || combinations === undefined) return { claims: [], faults: [] };
  // Whether a metric can be measured is only known when every case is right.
  const areAllRight = cases.length === combinations.length;
  const faults = parsed.data.flatMap((claim, index) => [
    ...ratioFaults(claim, ['claims', index, 'ratio'], combinations),
    ...(areAllRight ? metricFaults(claim, ['claims', index, 'metric'], cases) : []),
  ]);
  return { claims: parsed.data.map(resolveClaim), faults };
}

function resolveClaim(claim: WrittenClaim): Claim {
  const { says, source, metric, expect } = claim;
  const [path, [numerator, denominator]] = ratioOf(claim);
  const ratio = { path, numerator, denominator };
  return { says, source, metric, ratio, expect: resolveExpectation(expect) };
}

function ratioOf({ ratio }: WrittenClaim): [string, readonly [VaryValue, VaryValue]] {
  // The schema demands exactly one path.
  return Object.entries(ratio)[0] as [string, [VaryValue, VaryValue]];
}

function ratioFaults(claim: WrittenClaim, at: Path, combinations: readonly Combination[]): Fault[] {
  const [path, pair] = ratioOf(claim);
  const assignments = combinations.flat();
  const values = assignments.filter((one) => one.path === path).map(({ value }) => value);
  if (values.length === 0) {
    const help = didYouMean(path, [...new Set(assignments.map((one) => one.path))]);
    const message = `the claim's ratio is over "${path}", which does not vary${help}`;
    return [{ at: [...at, path], part: 'key', message }];
  }
  if (isDeepStrictEqual(pair[0], pair[1])) {
    const message = `the claim's ratio divides ${shown(pair[0])} by itself`;
    return [{ at: [...at, path], part: 'value', message }];
  }
  const known = [...new Set(withoutPasswords(values))];
  return pair.flatMap((value, index) => {
    if (known.some((one) => isDeepStrictEqual(one, value))) return [];
    const offered = known.map(flowText).join(', ');
    const message = `${path} never takes the value ${shown(value)}; its values are ${offered}`;
    return { at: [...at, path, index], part: 'value', message } as const;
  });
}

function metricFaults({ metric }: WrittenClaim, at: Path, cases: readonly ProfileCase[]): Fault[] {
  const [kind, name = ''] = metric.split('.');
  const publishers = cases.map(({ settings }) => settings.publishers);
  const faults: Fault[] = [];
  const needsSchedule = kind === 'latencyMicros' && scheduledLatencies.includes(name);
  if (needsSchedule && publishers.every(({ rate }) => rate.kind === 'max')) {
    const message =
      `${metric} runs from when a message should have been sent; ` +
      'at publishers.rate max there is no such moment, so set a rate';
    faults.push({ at, part: 'value', message });
  }
  if (confirmMetrics.includes(name) && publishers.every(({ confirm }) => confirm.kind === 'none')) {
    const message = `${metric} needs publisher confirms; publishers.confirm is none in every case`;
    faults.push({ at, part: 'value', message });
  }
  return faults;
}

const scheduledLatencies = ['endToEnd', 'confirm', 'publishLag'];
const confirmMetrics = ['confirm', 'confirmService', 'confirmedPerSecond'];
