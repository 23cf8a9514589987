/** How values of a profile's `vary` are written wherever a case is named. */

/** The last word of each dotted path; the whole path where two would read the same. */
export function varyLabels(paths: readonly string[]): string[] {
  const lastWord = (path: string) => path.slice(path.lastIndexOf('.') + 1);
  const words = paths.map(lastWord);
  return paths.map((path) => {
    const word = lastWord(path);
    return words.filter((other) => other === word).length === 1 ? word : path;
  });
}

/** A varied value in a word or two, or a few more: `all`, `true`, `exactly 2`, `total 1k/s`. */
export function varyText(value: unknown): string {
  if (Array.isArray(value)) return value.map(varyText).join(', ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${varyText(inner)}`)
    .join(' ');
}

/** `mirrors=all prefetch=100`: a case by what varies; `default` when nothing does. */
export function caseName(vary: Readonly<Record<string, unknown>>): string {
  const labels = varyLabels(Object.keys(vary));
  const parts = Object.values(vary).map((value, i) => `${labels[i]}=${varyText(value)}`);
  return parts.length === 0 ? 'default' : parts.join(' ');
}

/** `capacity of mirrors=all`: a capacity by the name of the cases that share it. */
export function capacityOf(name: string): string {
  return name === caseName({}) ? 'capacity' : `capacity of ${name}`;
}
