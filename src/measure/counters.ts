/**
 * Running totals that worker threads write and the main thread reads while a trial goes on: one row
 * of 64-bit floats a thread in shared memory, each cell written by one thread only. A reader may see
 * a total that is a moment old, never a torn one (aligned eight-byte stores are whole on every
 * 64-bit processor Node 20 runs on). `down` and `blocked` are no totals but how many connections are
 * lost, or blocked by the broker, at the moment.
 */
const columns = { published: 0, confirmed: 1, consumed: 2, down: 3, blocked: 4 } as const;
const columnCount = 8;

export type CounterName = keyof typeof columns;
export type CounterTotals = Readonly<Record<CounterName, number>>;

/** Memory for `rows` threads; a row is a cache line, so that threads do not slow each other. */
export function allocateCounters(rows: number): SharedArrayBuffer {
  return new SharedArrayBuffer(rows * columnCount * Float64Array.BYTES_PER_ELEMENT);
}

/** One thread's row: `row[columnOf.published]++` is the whole protocol. */
export function counterRow(memory: SharedArrayBuffer, row: number): Float64Array {
  return new Float64Array(memory, row * columnCount * Float64Array.BYTES_PER_ELEMENT, columnCount);
}

export const columnOf = columns;

/** The totals over all rows. */
export function readCounters(memory: SharedArrayBuffer): CounterTotals {
  const cells = new Float64Array(memory);
  const totals = { published: 0, confirmed: 0, consumed: 0, down: 0, blocked: 0 };
  for (let row = 0; row < cells.length; row += columnCount) {
    totals.published += cells[row + columns.published] ?? 0;
    totals.confirmed += cells[row + columns.confirmed] ?? 0;
    totals.consumed += cells[row + columns.consumed] ?? 0;
    totals.down += cells[row + columns.down] ?? 0;
    totals.blocked += cells[row + columns.blocked] ?? 0;
  }
  return totals;
}
