import { seededRandom, shuffled } from '../base/random.js';
import { caseName } from '../base/vary-text.js';
import type { Profile, ProfileCase, Target } from '../profile/settings.js';
import { type CapacitySearch, capacitySearches } from './capacity-searches.js';

export interface PlannedCase extends ProfileCase {
  readonly index: number;
  readonly name: string;
}

/** One case's turn within a round. */
export interface PlannedTrial {
  /** Both counted from 1, as results show them. */
  readonly round: number;
  readonly position: number;
  readonly plannedCase: PlannedCase;
  /** What random arrivals are drawn from: the same for all cases of a round, so that they compare. */
  readonly arrivalsSeed: number;
}

/** Cases that share a target, so that its cluster is built once, and their trials in order. */
export interface TargetGroup {
  readonly target: Target;
  readonly cases: readonly PlannedCase[];
  /** Of capacities that must be known before the first trial. */
  readonly searches: readonly CapacitySearch[];
  readonly trials: readonly PlannedTrial[];
}

/** A run, decided before it starts. The same profile and seed give the same plan. */
export interface RunPlan {
  readonly seed: number;
  readonly cases: readonly PlannedCase[];
  readonly groups: readonly TargetGroup[];
}

/** Lays out every case in every round; within a round the order is drawn from the seed. */
export function planRun(profile: Profile, seed: number): RunPlan {
  const cases = profile.cases.map((one, index) => ({ ...one, index, name: caseName(one.vary) }));
  const random = seededRandom(seed);
  const arrivals = seededRandom(~seed);
  const arrivalsSeeds = Array.from({ length: profile.rounds }, () => arrivals.below(2 ** 31));
  const groups = [...byTarget(cases)].map((members) => ({
    target: members[0].settings.target,
    cases: members,
    searches: capacitySearches(members),
    trials: arrivalsSeeds.flatMap((arrivalsSeed, i) =>
      shuffled(members, random).map((plannedCase, j) => ({
        round: i + 1,
        position: j + 1,
        plannedCase,
        arrivalsSeed,
      })),
    ),
  }));
  return { seed, cases, groups };
}

function byTarget(cases: readonly PlannedCase[]): Iterable<[PlannedCase, ...PlannedCase[]]> {
  const groups = new Map<string, [PlannedCase, ...PlannedCase[]]>();
  for (const one of cases) {
    const key = JSON.stringify(one.settings.target);
    const members = groups.get(key);
    if (members) members.push(one);
    else groups.set(key, [one]);
  }
  return groups.values();
}
