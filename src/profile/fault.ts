import type { YamlText } from './document.js';
import type { Override } from './overrides.js';
import type { Problem } from './profile-error.js';
import { isWithin, type Path } from './tree.js';

/** Something wrong at a path of the profile, which may be in the file or come from an option. */
export interface Fault {
  readonly at: Path;
  /** Whether the key is to blame, and not its value. */
  readonly part: 'key' | 'value';
  readonly message: string;
}

/** What a profile was put together from: a file, and the options that override parts of it. */
export interface Sources {
  readonly path: string;
  readonly yaml: YamlText;
  readonly overrides: readonly Override[];
}

interface PlacedProblem extends Problem {
  /** Where in the file; after everything in the file for a problem of an option. */
  readonly offset: number;
}

/** The faults, and what was wrong before, as problems in the order of the file, each told once. */
export function problemsOf(
  faults: readonly Fault[],
  sources: Sources,
  optionProblems: readonly Problem[],
): Problem[] {
  const { path, yaml } = sources;
  const earlier: PlacedProblem[] = [
    ...yaml.problems.map(({ offset, message }) => ({
      where: `${path}:${yaml.lineAndColumn(offset)}`,
      message,
      offset,
    })),
    ...optionProblems.map((problem) => ({ ...problem, offset: Number.POSITIVE_INFINITY })),
  ];
  // What could not be read, or has a variable that is not set, need not be judged as well.
  const settled = new Set(earlier.map(({ where }) => where));
  const later = faults
    .map((fault) => placed(fault, sources))
    .filter(({ where }) => !settled.has(where));
  const told = new Map([...earlier, ...later].map((one) => [`${one.where}\n${one.message}`, one]));
  return [...told.values()]
    .sort((one, other) => (one.offset < other.offset ? -1 : Number(one.offset > other.offset)))
    .map(({ where, message }) => ({ where, message }));
}

function placed({ at, part, message }: Fault, { path, yaml, overrides }: Sources): PlacedProblem {
  const { offset, isThere } = yaml.offsetOf(at, part);
  const override =
    overrides.findLast((one) => isWithin(at, one.path)) ??
    (isThere ? undefined : overrides.findLast((one) => isWithin(one.path, at)));
  return override === undefined
    ? { where: `${path}:${yaml.lineAndColumn(offset)}`, message, offset }
    : { where: override.label, message, offset: Number.POSITIVE_INFINITY };
}
