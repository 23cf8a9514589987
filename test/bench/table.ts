/** A column of a table: its heading, and to which side its cells are set. */
export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/** A Markdown table, padded so that it reads well in a terminal too. */
export function markdownTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map(({ heading }, i) =>
    Math.max(3, heading.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const padded = (cells: readonly string[]) =>
    line(columns.map(({ align }, i) => pad(cells[i] ?? '', widths[i] ?? 0, align)));
  const rule = columns.map(({ align }, i) => {
    const dashes = '-'.repeat((widths[i] ?? 0) - 1);
    return align === 'right' ? `${dashes}:` : `:${dashes}`;
  });
  return [padded(columns.map(({ heading }) => heading)), line(rule), ...rows.map(padded)].join(
    '\n',
  );
}

function pad(text: string, width: number, align: Column['align']): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}
