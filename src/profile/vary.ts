import { isDeepStrictEqual } from 'node:util';
import { type Combination, combinationsOf, type Matrix, productSize } from './combinations.js';
import { didYouMean } from './did-you-mean.js';
import type { Fault } from './fault.js';
import { isKnownPath, pathsFrom } from './known-keys.js';
import type { Override } from './overrides.js';
import { shown } from './secrets.js';
import { isWithin, type Path, splitPath, type Tree } from './tree.js';
import { varySchema } from './vary-schema.js';

/** The combinations that a profile's `vary` asks for; a single empty one when nothing varies. */
export function expandVary(
  tree: Tree,
  overrides: readonly Override[],
): { combinations: readonly Combination[] | undefined; faults: readonly Fault[] } {
  const parsed = varySchema.safeParse(tree['vary'] ?? {});
  // The faults that the schema finds are reported when the profile as a whole is checked.
  if (!parsed.success) return { combinations: undefined, faults: [] };
  const { include, exclude, ...axes } = parsed.data;
  const matrix = { axes, include, exclude };
  const matrixFaults = [...pathFaults(matrix), ...valueFaults(matrix), ...sizeFaults(matrix)];
  if (matrixFaults.length > 0) return { combinations: undefined, faults: matrixFaults };
  const combinations = combinationsOf(matrix);
  const faults = [
    ...countFaults(combinations),
    ...repetitionFaults(combinations),
    ...rivalFaults(combinations, overrides),
  ];
  return { combinations: faults.length > 0 ? undefined : combinations, faults };
}

const casesMax = 1000;

/** What a case is made of. How often it is run, and in which order, is the same for all cases. */
const roots = [
  ...['target', 'connect', 'client', 'queues', 'publishers', 'consumers'],
  ...['measure.warmup', 'measure.duration'],
];

function pathFaults(matrix: Matrix): Fault[] {
  const axes = Object.keys(matrix.axes);
  const included = matrix.include.flatMap((entry, index) =>
    Object.keys(entry).map((path) => ({ path, at: ['vary', 'include', index, path] })),
  );
  const places = [...axes.map((path) => ({ path, at: ['vary', path] })), ...included];
  const unknown = places
    .filter(({ path }) => !mayVary(path))
    .map(({ path, at }) => keyFault(at, unknownPath(path)));
  const paths = [...new Set(places.map(({ path }) => path))];
  const overlapping = places.flatMap(({ path, at }) => {
    const outer = paths.find((other) => path.startsWith(`${other}.`));
    return outer === undefined ? [] : keyFault(at, `${path} is a part of ${outer}; vary only one`);
  });
  const idle = matrix.exclude.flatMap((entry, index) =>
    Object.keys(entry)
      .filter((path) => !axes.includes(path))
      .map((path) => keyFault(['vary', 'exclude', index, path], notVaried(path, axes))),
  );
  return [...unknown, ...overlapping, ...idle];
}

function mayVary(path: string): boolean {
  const isBelowRoot = roots.some((root) => path === root || path.startsWith(`${root}.`));
  return isBelowRoot && isKnownPath(splitPath(path));
}

function unknownPath(path: string): string {
  if (isKnownPath(splitPath(path))) return `${path} cannot vary; it is the same for all cases`;
  const known = roots.flatMap((root) => pathsFrom(root.split('.')));
  const help = didYouMean(path, known) || `; expected a path such as ${examplePath}`;
  return `vary has an unknown path "${path}"${help}`;
}

const examplePath = 'consumers.prefetch';

function notVaried(path: string, axes: readonly string[]): string {
  return `exclude names "${path}", which does not vary${didYouMean(path, axes)}`;
}

function valueFaults({ axes }: Matrix): Fault[] {
  return Object.entries(axes).flatMap(([path, values]) =>
    values.flatMap((value, index) => {
      const first = values.findIndex((other) => isDeepStrictEqual(other, value));
      if (first === index) return [];
      const message = `${path} takes the value ${shown(value)} twice`;
      return { at: ['vary', path, index], part: 'value', message } as const;
    }),
  );
}

/** Many axes make more combinations than fit in memory, so that they are counted first. */
function sizeFaults(matrix: Matrix): Fault[] {
  const size = productSize(matrix);
  return size > casesMax ? [tooMany(size)] : [];
}

function countFaults({ length }: readonly Combination[]): Fault[] {
  if (length === 0) return [keyFault(['vary'], 'vary excludes every case')];
  return length > casesMax ? [tooMany(length)] : [];
}

function tooMany(count: number): Fault {
  return keyFault(['vary'], `vary asks for ${count} cases; at most ${casesMax} are possible`);
}

/** Only `include` can ask for a case that is there already. */
function repetitionFaults(combinations: readonly Combination[]): Fault[] {
  const seen = new Set<string>();
  return combinations.flatMap((one) => {
    const key = JSON.stringify(one.map(({ path, value }) => [path, value]).toSorted());
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    const at = one[0]?.at.slice(0, -1) ?? ['vary', 'include'];
    return { at, part: 'value', message: 'include adds the same case twice' } as const;
  });
}

function rivalFaults(
  combinations: readonly Combination[],
  overrides: readonly Override[],
): Fault[] {
  const varied = new Set(combinations.flatMap((one) => one.map(({ path }) => path)));
  return [...varied].flatMap((path) => {
    const steps = splitPath(path);
    const rival = overrides.find((one) => isWithin(one.path, steps) || isWithin(steps, one.path));
    if (rival === undefined) return [];
    const message = `vary changes ${path} too; choose its values with --set "vary.${path}=[…]"`;
    return keyFault(rival.path, message);
  });
}

function keyFault(at: Path, message: string): Fault {
  return { at, part: 'key', message };
}
