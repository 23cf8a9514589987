import wrapAnsi from 'wrap-ansi';

/** Lines no wider than `columns`, each wrapped as `wrap` does it. */
export function wrapAll(lines: readonly string[], columns: number): string[] {
  return lines.flatMap((line) => wrap(line, columns));
}

/** Breaks a line at spaces; what follows the first line is indented. */
export function wrap(line: string, columns: number): string[] {
  return wrapAnsi(line, columns - 2)
    .split('\n')
    .map((part, i) => (i === 0 ? part : `  ${part}`));
}
