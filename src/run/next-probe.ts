/*
 * Which rate to probe next in the search for a capacity: a bisection, in steps of equal ratios, that
 * mistrusts single probes. A machine is noisy, so that a probe may be wrong either way; what the search
 * ends with was therefore probed twice at both of its ends, and a third time where two disagreed.
 */

/** What one probe said. */
export interface ProbeVerdict {
  readonly ratePerSecond: number;
  readonly isCarried: boolean;
}

/** The highest rate that counts as carried, and the lowest that does not; `undefined`: none yet. */
export interface Bracket {
  readonly carriedPerSecond: number | undefined;
  readonly notCarriedPerSecond: number | undefined;
}

/** The search ends when what is not carried is no more than this much above what is. */
export const resolution = 1.1;
/** How far the search goes up or down where it has found no limit on that side. */
const stride = 1.5;
/** So many probes that agree settle a rate. */
const agreeing = 2;

/**
 * What a trial at rate max says: that its consumers carried what they consumed, and that its
 * publishers could send no more than they did. Each counts as one probe, and may prove wrong.
 */
export function closedLoopVerdicts(closedLoop: {
  readonly publishedPerSecond: number;
  readonly carriedPerSecond: number;
}): ProbeVerdict[] {
  const { publishedPerSecond, carriedPerSecond } = closedLoop;
  const likely = Math.max(carriedPerSecond, publishedPerSecond / 64);
  return [
    { ratePerSecond: Math.min(likely, publishedPerSecond / resolution), isCarried: true },
    { ratePerSecond: publishedPerSecond, isCarried: false },
  ];
}

/** The rate to probe next; `undefined` when the search is over. At least one verdict is given. */
export function nextProbe(verdicts: readonly ProbeVerdict[]): number | undefined {
  const rates = tally(verdicts);
  const tied = rates.find((one) => one.carried === one.notCarried);
  if (tied) return tied.ratePerSecond;
  const { low, high } = endsOf(rates);
  if (!low) return high && high.ratePerSecond / stride;
  if (!high) return low.ratePerSecond * stride;
  if (high.ratePerSecond > low.ratePerSecond * resolution) {
    return Math.sqrt(low.ratePerSecond * high.ratePerSecond);
  }
  return [low, high].find((one) => !isSettled(one))?.ratePerSecond;
}

/** How the search stands. */
export function bracketOf(verdicts: readonly ProbeVerdict[]): Bracket {
  const { low, high } = endsOf(tally(verdicts));
  return { carriedPerSecond: low?.ratePerSecond, notCarriedPerSecond: high?.ratePerSecond };
}

/** How many probes are still to come if every one of them is right. */
export function probesLeft(verdicts: readonly ProbeVerdict[]): number {
  const { low, high } = endsOf(tally(verdicts));
  if (!low || !high) return agreeing;
  const ratio = Math.log(high.ratePerSecond / low.ratePerSecond) / Math.log(resolution);
  if (ratio > 1) return Math.ceil(Math.log2(ratio)) + agreeing;
  return [low, high].filter((one) => !isSettled(one)).length;
}

interface ProbedRate {
  readonly ratePerSecond: number;
  carried: number;
  notCarried: number;
}

/** The probed rates, from the lowest up. */
function tally(verdicts: readonly ProbeVerdict[]): ProbedRate[] {
  const rates = new Map<number, ProbedRate>();
  for (const { ratePerSecond, isCarried } of verdicts) {
    const one = rates.get(ratePerSecond) ?? { ratePerSecond, carried: 0, notCarried: 0 };
    one[isCarried ? 'carried' : 'notCarried']++;
    rates.set(ratePerSecond, one);
  }
  return [...rates.values()].sort((one, other) => one.ratePerSecond - other.ratePerSecond);
}

/** Above a rate that most of its probes say is not carried, nothing counts as carried. */
function endsOf(rates: readonly ProbedRate[]) {
  const above = rates.findIndex((one) => one.notCarried > one.carried);
  const below = above < 0 ? rates : rates.slice(0, above);
  return { low: below.findLast((one) => one.carried > one.notCarried), high: rates[above] };
}

function isSettled({ carried, notCarried }: ProbedRate): boolean {
  return Math.max(carried, notCarried) >= agreeing;
}
