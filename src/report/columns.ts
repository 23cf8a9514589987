import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import type { Paint } from './paint.js';

/** One column of a table; all columns of a table have as many cells. */
export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
}

/** Characters that the columns take on a terminal, `gap` spaces apart. */
export function widthOf(columns: readonly Column[], gap: number): number {
  const widths = columns.map(({ head, cells }) =>
    Math.max(head.length, ...cells.map((cell) => stripVTControlCharacters(cell).length)),
  );
  return widths.reduce((total, width) => total + width, 0) + gap * (columns.length - 1);
}

/** A table without lines, a head above and a row for each cell. */
export function drawColumns(columns: readonly Column[], gap: number, paint: Paint): string {
  const none = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '' };
  const table = new Table({
    chars: {
      ...none,
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: ' '.repeat(gap),
    },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    head: columns.map(({ head }) => paint.dim(head)),
    colAligns: columns.map(({ align }) => align),
  });
  const height = columns[0]?.cells.length ?? 0;
  for (let row = 0; row < height; row++) table.push(columns.map(({ cells }) => cells[row] ?? ''));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}
