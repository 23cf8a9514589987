import type { z } from 'zod';
import { didYouMean } from './did-you-mean.js';
import type { Fault } from './fault.js';
import { knownKeys } from './known-keys.js';
import { shown } from './secrets.js';
import { isTree, type Path, pathName, type Tree, valueAt } from './tree.js';

type Issue = z.core.$ZodIssue;

/** A fault of one case, and the other paths that it may as well be blamed on. */
export interface IssueFault extends Fault {
  readonly between: readonly string[];
}

/** How the schema words what it expects where it does not say so itself. */
export function expectation(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'invalid_type') return nouns[issue.expected];
  if (issue.code !== 'invalid_value') return undefined;
  return issue.values.map((value) => String(value)).join(' or ');
}

const nouns: Partial<Record<string, string>> = {
  object: 'a map',
  record: 'a map',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};

/**
 * Puts the schema's issues in words. Values are shown as `written` has them, before variables were
 * replaced, because what replaces them may be secret.
 */
export function faultsOfIssues(issues: readonly Issue[], written: Tree): IssueFault[] {
  return issues.flatMap((issue) => faultsOfIssue(issue, written));
}

function faultsOfIssue(issue: Issue, written: Tree): IssueFault[] {
  // A profile has no symbols for keys.
  const at = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...at, key]));
  if (issue.code === 'custom' && issue.params !== undefined) {
    const between = issue.params['between'] as readonly string[];
    return [{ at, part: 'value', message: issue.message, between }];
  }
  const value = valueAt(written, at);
  if (issue.code === 'invalid_union' && (isTree(value) || Array.isArray(value))) {
    const strangers = isTree(value) ? unknownKeys(value, at) : [];
    if (strangers.length > 0) return strangers.map((key) => unknownKey([...at, key]));
    const issues = meantBranch(issue.errors).map((one) => ({
      ...one,
      path: [...issue.path, ...one.path],
    }));
    if (issues.length > 0) return faultsOfIssues(issues, written);
  }
  return [{ at, part: 'value', message: wrongValue(issue, at, value), between: [] }];
}

/** The keys of a map that is one of several kinds, and that no kind has. */
function unknownKeys(value: Tree, at: Path): string[] {
  const known = knownKeys(at);
  return known.length === 0 ? [] : Object.keys(value).filter((key) => !known.includes(key));
}

/** What is wrong with a map or list taken for the kind that it was meant to be; none if unclear. */
function meantBranch(branches: readonly Issue[][]): readonly Issue[] {
  const maps = branches.filter((branch) => branch.every(isAboutContent));
  if (maps.length === 1) return maps[0] ?? [];
  // Of several kinds of maps the one is meant that knows all the keys.
  const fitting = maps.filter((branch) => branch.every(({ code }) => code !== 'unrecognized_keys'));
  return fitting.length === 1 ? (fitting[0] ?? []) : [];
}

/** Whether a branch of a union failed for what is in the map, and not because it wants no map. */
function isAboutContent(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys';
}

function unknownKey(at: Path): IssueFault {
  const parent = at.slice(0, -1);
  const key = String(at.at(-1));
  const known = knownKeys(parent);
  const place = parent.length === 0 ? '' : ` in ${pathName(parent)}`;
  if (known.includes(key)) {
    const message = `"${key}" cannot stand beside the other keys${place}`;
    return { at, part: 'key', message, between: [] };
  }
  const help = didYouMean(key, known) || `; expected ${known.join(', ')}`;
  return { at, part: 'key', message: `unknown key "${key}"${place}${help}`, between: [] };
}

function wrongValue(issue: Issue, at: Path, value: unknown): string {
  const name = at.length === 0 ? 'the profile' : pathName(at);
  if (value === undefined) return `${name} is missing; it must be ${issue.message}`;
  const help = typeof value === 'string' ? didYouMean(value, allowedTexts(issue)) : '';
  return `${name} must be ${issue.message}, not ${shown(value)}${help}`;
}

function allowedTexts(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_union' ? issue.errors.flat().flatMap(allowedTexts) : [];
}
