import { formatCount, formatMicros } from '../base/units.js';
import type { CaseRow, CaseTable } from './case-rows.js';
import { type Column, drawColumns, widthOf } from './columns.js';
import type { Paint } from './paint.js';

const absent = '–';

/**
 * The cases as a table, one row each, no wider than `columns` where that can be had: gaps shrink
 * first, then what was sent goes, then the range. Of cases whose rates are shares of what they can
 * carry there is also what was offered, and stays.
 */
export function renderRunTable(
  table: CaseTable,
  layout: { columns: number; paint: Paint },
): string {
  const labels = table.labels.map((head, i) => labelColumn(head, table, i));
  const numbers = numberColumns(table, layout.paint);
  const full = [...labels, ...numbers];
  const usual = full.filter(({ head }) => head !== 'sent/s');
  const narrow = usual.filter(({ head }) => head !== 'range');
  const attempts: [Column[], number][] = [
    [full, 3],
    [full, 2],
    [usual, 2],
    [usual, 1],
    [narrow, 2],
    [narrow, 1],
  ];
  const fitting = attempts.find(([columns, gap]) => widthOf(columns, gap) <= layout.columns);
  const [columns, gap] = fitting ?? [narrow, 1];
  return drawColumns(columns, gap, layout.paint);
}

function labelColumn(head: string, table: CaseTable, i: number): Column {
  return { head, align: 'left', cells: table.rows.map(({ values }) => values[i] ?? absent) };
}

function numberColumns({ rows, rounds }: CaseTable, paint: Paint): Column[] {
  const column = (head: string, cell: (row: CaseRow) => string): Column => ({
    head,
    align: 'right',
    cells: rows.map(cell),
  });
  return [
    ...(rows.some(({ offeredPerSecond }) => offeredPerSecond !== undefined)
      ? [column('offered', ({ offeredPerSecond }) => countText(offeredPerSecond))]
      : []),
    column('sent/s', ({ publishedPerSecond }) => countText(publishedPerSecond)),
    column('msg/s', rateText),
    ...(rounds > 1 ? [column('range', rangeText)] : []),
    column('p50', ({ latencyMicros }) => latencyText(latencyMicros.p50)),
    column('p99', ({ latencyMicros }) => latencyText(latencyMicros.p99)),
    column('p99.9', ({ latencyMicros }) => latencyText(latencyMicros.p999)),
    column('lost', (row) => lossText(row, paint)),
    ...(rows.length > 1
      ? [column('ratio', ({ ratioToFirst }) => ratioToFirst?.toFixed(2) ?? absent)]
      : []),
  ];
}

function rateText({ skipped, isInvalid, ratePerSecond }: CaseRow): string {
  if (skipped !== undefined) return 'skipped';
  if (isInvalid) return 'not valid';
  return countText(ratePerSecond?.median);
}

function countText(count: number | undefined): string {
  return count === undefined ? absent : formatCount(count);
}

/** `11.9–12.4k`: the unit once when both ends share it. */
function rangeText({ ratePerSecond }: CaseRow): string {
  if (!ratePerSecond) return absent;
  const { low, high } = ratePerSecond;
  const [from, to] = [formatCount(low), formatCount(high)];
  const unit = /[kM]$/.exec(to)?.[0];
  return `${unit && from.endsWith(unit) ? from.slice(0, -1) : from}–${to}`;
}

function latencyText(micros: number | undefined): string {
  return micros === undefined ? absent : formatMicros(micros).replace(' ', '');
}

function lossText({ lost }: CaseRow, paint: Paint): string {
  if (lost === undefined) return absent;
  if (lost.messages === 0) return '0';
  const brush = lost.isBad ? paint.red : paint.yellow;
  return brush(`${lost.isUpperBound ? '≤' : ''}${formatCount(lost.messages)}`);
}
