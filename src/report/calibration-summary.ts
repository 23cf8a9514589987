import { formatBytes, formatCount } from '../base/units.js';
import type { CalibratedCeiling, Calibration } from '../result/calibration.js';
import { type Column, drawColumns, widthOf } from './columns.js';
import type { Paint } from './paint.js';
import { wrapAll } from './wrap.js';

/** What `calibrate` prints when it is over: the ceilings as a table, and how to read it. */
export function renderCalibration(
  calibration: Calibration,
  layout: { readonly columns: number; readonly paint: Paint },
): string {
  const { columns, paint } = layout;
  const blocks = [
    wrapAll([headline(calibration)], columns).map(paint.bold),
    [renderTable(tableOf(calibration), layout)],
    wrapAll([legend(calibration)], columns).map(paint.dim),
  ];
  return blocks.map((lines) => lines.join('\n')).join('\n\n');
}

function headline({ client, environment }: Calibration): string {
  const { cpuCount, cpuModel, node } = environment;
  return `generator, client ${client}: ${cpuCount} × ${cpuModel}, Node.js ${node}`;
}

/** Gaps shrink where the terminal is narrow. */
function renderTable(
  table: readonly Column[],
  { columns, paint }: { readonly columns: number; readonly paint: Paint },
): string {
  const gap = [3, 2].find((one) => widthOf(table, one) <= columns) ?? 1;
  return drawColumns(table, gap, paint);
}

function tableOf({ ceilings, rounds }: Calibration): Column[] {
  const column = (
    head: string,
    align: Column['align'],
    cell: (ceiling: CalibratedCeiling, i: number) => string,
  ): Column => ({ head, align, cells: ceilings.map(cell) });
  return [
    // A mode is named once for all its sizes.
    column('mode', 'left', ({ mode }, i) => (ceilings[i - 1]?.mode === mode ? '' : mode)),
    column('body', 'right', ({ payloadBytes }) => formatBytes(payloadBytes)),
    column('messages/s', 'right', ({ messagesPerSecond }) => formatCount(messagesPerSecond)),
    ...(rounds > 1 ? [column('range', 'right', rangeText)] : []),
    column('CPU µs/message', 'right', ({ cpuMicrosPerMessage }) => cpuText(cpuMicrosPerMessage)),
    column('MB/s', 'right', megabytesText),
  ];
}

function rangeText({ perRound }: CalibratedCeiling): string {
  const rates = perRound.map(({ messagesPerSecond }) => messagesPerSecond);
  return `${formatCount(Math.min(...rates))}–${formatCount(Math.max(...rates))}`;
}

function cpuText(micros: number): string {
  if (micros < 1) return micros.toFixed(3);
  return micros.toFixed(micros < 10 ? 2 : 1);
}

function megabytesText({ messagesPerSecond, payloadBytes }: CalibratedCeiling): string {
  const megabytes = (messagesPerSecond * payloadBytes) / 1e6;
  return megabytes < 9.95 ? megabytes.toFixed(1) : formatCount(megabytes);
}

function legend({ rounds, ceilings }: Calibration): string {
  const parts = [
    rounds === 1 ? 'one round' : `median of ${rounds} rounds`,
    'one thread and one connection a side, against the built-in null broker on this machine',
    'CPU is that of the generator alone',
    'MB/s counts bodies',
    ...(ceilings.some(({ mode }) => mode === 'loop')
      ? ['a loop publishes and consumes at the same time, and counts what was consumed']
      : []),
  ];
  return `${parts.join('; ')}.`;
}
