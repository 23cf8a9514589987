import { dirname } from 'node:path';
import { checkCases } from './cases.js';
import { readClaims } from './claims.js';
import { readYaml } from './document.js';
import type { Environment } from './environment.js';
import { problemsOf } from './fault.js';
import { isTyped, type Override, readOverride, readTarget, withOverrides } from './overrides.js';
import { ProfileError } from './profile-error.js';
import { readProfileFile } from './read-file.js';
import { shown, withoutPasswords } from './secrets.js';
import type { Profile } from './settings.js';
import type { Folder } from './tls-files.js';
import { isTree, type Path } from './tree.js';
import { expandVary } from './vary.js';

export interface LoadOptions {
  /** The profile's file; errors name it as it is written here. */
  readonly path: string;
  /** `path=value` texts, as given to `--set`. */
  readonly overrides: readonly string[];
  /** An address of a broker that replaces the profile's whole target, as given to `--url`. */
  readonly target?: string | undefined;
  /** Where `"${NAME}"` finds its value. */
  readonly environment: Environment;
}

/** Reads, checks and expands a profile; throws a `ProfileError` with everything that is wrong. */
export async function loadProfile(options: LoadOptions): Promise<Profile> {
  return parseProfile(await readProfileFile(options.path), options);
}

/**
 * Checks and expands the text of a profile. `path` is named in errors, and certificates are looked for
 * in its folder, unless they were named on the command line: then in the working directory.
 */
export function parseProfile(text: string, options: LoadOptions): Profile {
  const { path, environment } = options;
  const yaml = readYaml(text, environment);
  const read = [
    ...(options.target === undefined ? [] : [readTarget(options.target, environment)]),
    ...options.overrides.map((one) => readOverride(one, environment)),
  ];
  const optionProblems = read.flatMap(({ problems }) => problems);
  const overrides: readonly Override[] = read.flatMap(({ override }) => override ?? []);
  const sources = { path, yaml, overrides };
  if (yaml.isBroken) throw new ProfileError(problemsOf([], sources, optionProblems));
  if (!isTree(yaml.value)) {
    const message = `a profile must be a map with keys such as name, not ${shown(yaml.value)}`;
    throw new ProfileError([{ where: `${path}:1:1`, message }]);
  }
  const tree = withOverrides(yaml.value, overrides);
  const vary = expandVary(tree, overrides);
  // When `vary` is wrong, the rest of the profile is checked as it stands, without it.
  const folderOf = (at: Path): Folder =>
    isTyped(at, overrides)
      ? { path: '.', name: 'the working directory' }
      : { path: dirname(path), name: 'the folder of the profile' };
  const checked = checkCases(tree, vary.combinations ?? [[]], { environment, folderOf });
  const claims = readClaims(tree, vary.combinations, checked.cases);
  const faults = [...vary.faults, ...checked.faults, ...claims.faults];
  const problems = problemsOf(faults, sources, optionProblems);
  if (problems.length > 0 || checked.profile === undefined) throw new ProfileError(problems);
  const { name, description, measure } = checked.profile;
  return {
    name,
    description: withoutPasswords(description),
    rounds: measure.rounds,
    seed: measure.seed,
    cases: checked.cases,
    claims: claims.claims,
    source: withoutPasswords(tree),
  };
}
