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

/** A varied value in a word or two: `all`, `true`, `exactly 2`. */
export function varyText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${typeof inner === 'object' ? JSON.stringify(inner) : inner}`)
    .join(' ');
}

/** `mirrors=all prefetch=100`: a case by what varies; `default` when nothing does. */
export function caseName(vary: Readonly<Record<string, unknown>>): string {
  const labels = varyLabels(Object.keys(vary));
  const parts = Object.values(vary).map((value, i) => `${labels[i]}=${varyText(value)}`);
  return parts.length === 0 ? 'default' : parts.join(' ');
}
