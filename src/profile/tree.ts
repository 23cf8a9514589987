/**
 * The profile as plain maps, lists and scalars, before it is checked. Maps are read by their own
 * keys only and copied rather than changed, so that a key such as `__proto__` is a key like others.
 */

export type Path = readonly (string | number)[];
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; `undefined` when there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((parent, step) => childOf(parent, step), value);
}

function childOf(parent: unknown, step: string | number): unknown {
  if (Array.isArray(parent)) return typeof step === 'number' ? parent[step] : undefined;
  return isTree(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined;
}

/** A copy with the value at the path; whatever stands in the way of the path becomes a map. */
export function withValue(parent: unknown, path: Path, value: unknown): Tree {
  const [step, ...rest] = path;
  const tree = isTree(parent) ? parent : {};
  if (step === undefined) return tree;
  const child = rest.length === 0 ? value : withValue(childOf(tree, step), rest, value);
  return { ...tree, [step]: child };
}

/** A copy in which every text, but no key, was changed. */
export function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change));
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, withTexts(child, change)]),
  );
}

/** The steps of a dotted path; a key below `vary` is itself a dotted path and stays whole. */
export function splitPath(dotted: string): string[] {
  const vary = 'vary.';
  return dotted.startsWith(vary) ? ['vary', dotted.slice(vary.length)] : dotted.split('.');
}

/** A path as the user would write it: `claims[0].metric`. */
export function pathName(path: Path): string {
  return path.reduce<string>((name, step) => {
    if (typeof step === 'number') return `${name}[${step}]`;
    return name === '' ? step : `${name}.${step}`;
  }, '');
}

export function isWithin(path: Path, ancestor: Path): boolean {
  return ancestor.every((step, index) => path[index] === step);
}
