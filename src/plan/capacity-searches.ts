import { isDeepStrictEqual } from 'node:util';
import { caseName } from '../base/vary-text.js';
import type { MeasureSettings, Rate } from '../profile/settings.js';
import type { PlannedCase } from './run-plan.js';

/** Cases that publish at shares of one capacity, which is found once for all of them. */
export interface CapacitySearch {
  /** What varies between them and those of other searches: `mirrors=all`; `default` if nothing does. */
  readonly name: string;
  readonly cases: readonly [PlannedCase, ...PlannedCase[]];
}

/**
 * The searches that a target's cases ask for, in the order of the cases. Neither the rate nor the
 * arrivals nor how long is measured has a part in what a case can carry.
 */
export function capacitySearches(cases: readonly PlannedCase[]): CapacitySearch[] {
  const searches = new Map<string, [PlannedCase, ...PlannedCase[]]>();
  for (const one of cases) {
    if (one.settings.publishers.rate.kind !== 'of-capacity') continue;
    const key = JSON.stringify(withoutRate(one));
    const members = searches.get(key);
    if (members) members.push(one);
    else searches.set(key, [one]);
  }
  return [...searches.values()].map((members) => ({ name: nameOf(members), cases: members }));
}

function withoutRate({ settings: { measure: _, ...settings } }: PlannedCase): object {
  const { rate: __, arrivals: ___, ...publishers } = settings.publishers;
  return { ...settings, publishers };
}

const withoutPart = /^(publishers\.(rate|arrivals)|measure)(\.|$)/;

/** By what all of them have in common, and others may not. */
function nameOf([first, ...others]: readonly [PlannedCase, ...PlannedCase[]]): string {
  const common = Object.entries(first.vary).filter(
    ([path, value]) =>
      !withoutPart.test(path) && others.every(({ vary }) => isDeepStrictEqual(vary[path], value)),
  );
  return caseName(Object.fromEntries(common));
}

/** The case with another rate. */
export function withRate(one: PlannedCase, rate: Rate): PlannedCase {
  const { settings } = one;
  return { ...one, settings: { ...settings, publishers: { ...settings.publishers, rate } } };
}

/** The case as a probe of its capacity runs it: measured for so long, with even arrivals. */
export function asProbe(
  one: PlannedCase,
  rate: Rate,
  measure: Omit<MeasureSettings, 'drainLimitMicros'>,
): PlannedCase {
  const { settings } = one;
  return {
    ...one,
    settings: {
      ...settings,
      publishers: { ...settings.publishers, rate, arrivals: 'constant' },
      measure: { ...settings.measure, ...measure },
    },
  };
}
