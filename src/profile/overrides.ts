import { readYaml } from './document.js';
import { type Environment, referenceProblems } from './environment.js';
import type { Problem } from './profile-error.js';
import { maskPasswords } from './secrets.js';
import { isWithin, type Path, splitPath, type Tree, withValue } from './tree.js';

/** A value that the command line puts in place of the file's; `label` is the option as typed. */
export interface Override {
  readonly label: string;
  readonly path: Path;
  readonly value: unknown;
}

interface ReadOverride {
  readonly override?: Override;
  readonly problems: readonly Problem[];
}

/** Reads `path=value`, the argument of `--set`; the value is YAML, as it would be in the file. */
export function readOverride(text: string, environment: Environment): ReadOverride {
  const label = `--set ${maskPasswords(text)}`;
  const [, dotted, written] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (dotted === undefined || written === undefined) {
    return { problems: [{ where: label, message: 'must read path=value' }] };
  }
  const yaml = readYaml(written, environment);
  const problems = yaml.problems.map(({ message }) => ({ where: label, message }));
  if (yaml.isBroken) return { problems };
  return { override: { label, path: splitPath(dotted.trim()), value: yaml.value }, problems };
}

/**
 * The override that `--url` stands for: the whole target is the cluster at that address. What the file
 * says of TLS is about its own cluster, above all `verify: false`, and goes with it.
 */
export function readTarget(url: string, environment: Environment): ReadOverride {
  const problems = referenceProblems(url, true, environment);
  return {
    override: { label: '--url', path: ['target'], value: { url } },
    problems: problems.map((message) => ({ where: '--url', message })),
  };
}

/** Whether what stands at this place of the profile came from the command line. */
export function isTyped(at: Path, overrides: readonly Override[]): boolean {
  return overrides.some(({ path }) => isWithin(at, path));
}

/** A copy of the profile with the overrides applied, the last one last. */
export function withOverrides(tree: Tree, overrides: readonly Override[]): Tree {
  return overrides.reduce((result, { path, value }) => withValue(result, path, value), tree);
}
