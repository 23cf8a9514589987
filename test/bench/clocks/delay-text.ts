import { formatCount, formatMicros } from '../../../src/base/units.js';
import { median } from '../../../src/stats/median.js';
import type { Goal } from '../goal.js';
import { type Column, markdownTable } from '../table.js';
import { askedDelayMicros, type DelayFigures, delayRatePerSecond } from './delay.js';

const columns: readonly Column[] = [
  { heading: 'latency', align: 'left' },
  { heading: 'median', align: 'right' },
  { heading: 'p99', align: 'right' },
  { heading: 'median − asked', align: 'right' },
];

const wantedMicros = 100;

/** What both tools make of a delay that is known. */
export function delayText(rounds: readonly DelayFigures[]): string {
  const own = rounds.map((round) => round.own);
  const others = rounds.flatMap(({ perfTest }) => perfTest ?? []);
  const rows = [
    row('the broker itself, with rmqbench', own, ({ delays }) => [
      delays.medianMicros,
      delays.p99Micros,
    ]),
    row('rmqbench, endToEnd', own, ({ report }) => [report.endToEnd?.p50, report.endToEnd?.p99]),
    row('rmqbench, service', own, ({ report }) => [report.service?.p50, report.service?.p99]),
    ...(others.length === 0
      ? []
      : [
          row('the broker itself, with PerfTest', others, ({ delays }) => [
            delays.medianMicros,
            delays.p99Micros,
          ]),
          row('PerfTest, its middle second', others, ({ report }) => [
            report.medianMicros,
            report.p99Micros,
          ]),
        ]),
  ];
  const text = [
    '### A delay',
    '',
    `${formatCount(delayRatePerSecond)} messages/s from one publisher; the broker lets each message wait for ${formatMicros(askedDelayMicros)}, and`,
    'times itself from the moment that it has read a message to the one when it has written it.',
  ].join('\n');
  return [text, markdownTable(columns, rows)].join('\n\n');
}

/** The round that is furthest from what the broker was asked to do. */
export function delayGoal(rounds: readonly DelayFigures[]): Goal {
  const errors = rounds.map(({ own }) =>
    Math.abs((own.report.endToEnd?.p50 ?? Number.NaN) - askedDelayMicros),
  );
  const worst = Math.max(...errors);
  return {
    what: `endToEnd of a delay of ${formatMicros(askedDelayMicros)}, error of the median`,
    wanted: `≤ ${formatMicros(wantedMicros)}`,
    measured: formatMicros(worst),
    isReached: worst <= wantedMicros,
  };
}

function row<Run>(
  name: string,
  runs: readonly Run[],
  micros: (run: Run) => readonly [median: number | undefined, p99: number | undefined],
): string[] {
  const [middle, p99] = ([0, 1] as const).map((i) =>
    median(runs.map((run) => micros(run)[i] ?? Number.NaN)),
  ) as [number, number];
  return [name, formatMicros(middle), formatMicros(p99), formatMicros(middle - askedDelayMicros)];
}
