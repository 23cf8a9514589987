import { isDeepStrictEqual } from 'node:util';
import type { VaryValue } from './settings.js';
import type { Path } from './tree.js';

type Entry = Readonly<Record<string, VaryValue>>;

/** What `vary` asks for; each member has the meaning that it has in a matrix of GitHub Actions. */
export interface Matrix {
  readonly axes: Readonly<Record<string, readonly VaryValue[]>>;
  readonly include: readonly Entry[];
  readonly exclude: readonly Entry[];
}

/** One value given to one dotted path, and where in the profile that is written. */
interface Assignment {
  readonly path: string;
  readonly value: VaryValue;
  readonly at: Path;
}

export type Combination = readonly Assignment[];

/**
 * All combinations, in the order of the file, the last path changing fastest. Exclusions come
 * first. Then each inclusion is added to every combination of the axes whose values it does not
 * contradict (it may replace what an earlier inclusion added), or, when there is none, stands as
 * one of its own.
 */
export function combinationsOf({ axes, include, exclude }: Matrix): Combination[] {
  const isInclusionOnly = Object.keys(axes).length === 0 && include.length > 0;
  const originals = isInclusionOnly
    ? []
    : productOf(axes).filter((one) => !exclude.some((entry) => isExcluded(one, entry)));
  const extended = [...originals];
  const added: Combination[] = [];
  for (const [index, entry] of include.entries()) {
    const inclusion = assignmentsOf(entry, index);
    const hosts = originals.flatMap((one, at) => (agrees(one, entry) ? [at] : []));
    if (hosts.length === 0) added.push(inclusion);
    for (const at of hosts) extended[at] = merged(extended[at] ?? [], inclusion);
  }
  return [...extended, ...added];
}

/** How many combinations the axes alone make. */
export function productSize({ axes }: Matrix): number {
  return Object.values(axes).reduce((size, values) => size * values.length, 1);
}

function productOf(axes: Matrix['axes']): Combination[] {
  return Object.entries(axes).reduce<Combination[]>(
    (combinations, [path, values]) =>
      combinations.flatMap((one) =>
        values.map((value, index) => [...one, { path, value, at: ['vary', path, index] }]),
      ),
    [[]],
  );
}

function isExcluded(combination: Combination, entry: Entry): boolean {
  return Object.entries(entry).every(([path, value]) =>
    combination.some((one) => one.path === path && isDeepStrictEqual(one.value, value)),
  );
}

function agrees(combination: Combination, entry: Entry): boolean {
  return combination.every(
    ({ path, value }) => !Object.hasOwn(entry, path) || isDeepStrictEqual(entry[path], value),
  );
}

function assignmentsOf(entry: Entry, index: number): Combination {
  return Object.entries(entry).map(([path, value]) => ({
    path,
    value,
    at: ['vary', 'include', index, path],
  }));
}

/** Values of the axes are equal to the inclusion's by now, so that only added ones are replaced. */
function merged(combination: Combination, inclusion: Combination): Combination {
  const replaced = combination.map((one) =>
    one.at[1] === 'include' ? (inclusion.find(({ path }) => path === one.path) ?? one) : one,
  );
  const isNew = ({ path }: Assignment) => combination.every((one) => one.path !== path);
  return [...replaced, ...inclusion.filter(isNew)];
}
