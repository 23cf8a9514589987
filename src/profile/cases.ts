import { caseName } from '../base/vary-text.js';
import type { Combination } from './combinations.js';
import { type Environment, withEnvironment } from './environment.js';
import type { Fault } from './fault.js';
import { expectation, faultsOfIssues, type IssueFault } from './issues.js';
import { resolveCase } from './resolve.js';
import { profileSchema, type WrittenProfile } from './schema.js';
import { withoutPasswords } from './secrets.js';
import type { ProfileCase } from './settings.js';
import { type Folder, readTls } from './tls-files.js';
import { isWithin, type Path, splitPath, type Tree, valueAt, withValue } from './tree.js';

/** The profile under each of its combinations, each wrong value told once. */
export interface CheckedCases {
  /** What all cases share; `undefined` when no case is right. */
  readonly profile: WrittenProfile | undefined;
  readonly cases: readonly ProfileCase[];
  readonly faults: readonly Fault[];
}

interface CaseContext {
  readonly environment: Environment;
  /** Where a relative path begins that stands at this place of the profile. */
  readonly folderOf: (at: Path) => Folder;
}

/** Checks the profile with each combination put into it, as if it had been written that way. */
export function checkCases(
  tree: Tree,
  combinations: readonly Combination[],
  { environment, folderOf }: CaseContext,
): CheckedCases {
  const cases: ProfileCase[] = [];
  const sightings: Sighting[] = [];
  let profile: WrittenProfile | undefined;
  for (const combination of combinations) {
    const written = combination.reduce(
      (result, { path, value }) => withValue(result, splitPath(path), value),
      tree,
    );
    const replaced = withEnvironment(written, environment);
    const parsed = profileSchema.safeParse(replaced, { error: expectation });
    const faults = parsed.success ? [] : faultsOfIssues(parsed.error.issues, written);
    if (parsed.success) {
      profile ??= parsed.data;
      const places = { written, folderOf: (at: Path) => folderOf(origin(at, combination) ?? at) };
      const reading = readTls(parsed.data.target, places);
      faults.push(...reading.faults);
      cases.push({ vary: varyOf(combination), settings: resolveCase(parsed.data, reading.tls) });
    }
    sightings.push(...faults.map((fault) => sighting(fault, combination, tree)));
  }
  return { profile, cases, faults: summary(sightings, combinations) };
}

interface Sighting {
  readonly fault: Fault;
  readonly combination: Combination;
}

/** Values that vary appear as written and without passwords, since results and tables show them. */
function varyOf(combination: Combination): ProfileCase['vary'] {
  return Object.fromEntries(combination.map(({ path, value }) => [path, withoutPasswords(value)]));
}

/** Moves a fault of a case to where the profile has the value: in `vary`, if it came from there. */
function sighting(fault: IssueFault, combination: Combination, tree: Tree): Sighting {
  const { at, part, message, between } = fault;
  const candidates = between.length === 0 ? [at] : between.map(splitPath);
  const varied = candidates.map((path) => origin(path, combination)).find((path) => path);
  const written = candidates.find((path) => valueAt(tree, path) !== undefined);
  return {
    fault: { at: varied ?? written ?? candidates[0] ?? at, part, message },
    combination,
  };
}

function origin(path: Path, combination: Combination): Path | undefined {
  const assignment = combination.find((one) => isWithin(path, splitPath(one.path)));
  if (assignment === undefined) return undefined;
  return [...assignment.at, ...path.slice(splitPath(assignment.path).length)];
}

/** One fault for all its sightings, which names a case unless the value is wrong in every case. */
function summary(sightings: readonly Sighting[], combinations: readonly Combination[]): Fault[] {
  const groups = new Map<string, Sighting[]>();
  for (const one of sightings) {
    const key = JSON.stringify([one.fault.at, one.fault.message]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const concerned = combinations.filter((one) =>
      one.some(({ at }) => isWithin(first.fault.at, at)),
    );
    const possible = concerned.length === 0 ? combinations : concerned;
    if (group.length === possible.length) return first.fault;
    const count = group.length === 1 ? 'the case' : `${group.length} cases, such as`;
    const message = `${first.fault.message} (in ${count} ${caseName(varyOf(first.combination))})`;
    return { ...first.fault, message };
  });
}
