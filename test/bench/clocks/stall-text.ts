import { formatCount, formatMicros } from '../../../src/base/units.js';
import { type QuantileName, quantiles } from '../../../src/measure/latency-histogram.js';
import type { Latencies } from '../../../src/result/result.js';
import { median } from '../../../src/stats/median.js';
import type { Goal } from '../goal.js';
import { type Column, markdownTable } from '../table.js';
import type { PerfTestLatency } from './perf-test-report.js';
import {
  type PerfTestLatencies,
  type StalledRun,
  type StallFigures,
  stallConfirmWindow,
  stallRatePerSecond,
} from './stall.js';
import { predictedMicros } from './stall-prediction.js';

/** What the closed form speaks of, with the share of the messages that it is for. */
const predicted: readonly {
  readonly name: Exclude<QuantileName, 'p50' | 'p90'> | 'max';
  readonly share: number;
}[] = [
  { name: 'p99', share: quantiles.p99 },
  { name: 'p999', share: quantiles.p999 },
  { name: 'p9999', share: quantiles.p9999 },
  { name: 'max', share: 1 },
];

const columns: readonly Column[] = [
  { heading: 'latency', align: 'left' },
  ...['median', 'p99', 'p99.9', 'p99.99', 'max'].map(
    (heading) => ({ heading, align: 'right' }) as const,
  ),
];

const wantedError = 0.01;

/** What the stall did to both tools' figures. */
export function stallText(rounds: readonly StallFigures[]): string {
  const own = rounds.map((round) => round.own);
  const others = rounds.flatMap(({ perfTest }) => perfTest ?? []);
  const rows = [
    [
      'predicted',
      '',
      ...predicted.map(({ share }) => middle(own, ({ stall }) => predictedMicros(share, stall))),
    ],
    ['rmqbench, endToEnd', ...ofLatency(own, 'endToEnd')],
    [
      '… largest error of a round',
      '',
      ...predicted.map(({ name, share }) => percent(worstError(own, name, share))),
    ],
    ['rmqbench, service', ...ofLatency(own, 'service')],
    ...(others.length === 0 ? [] : perfTestRows(others)),
  ];
  return [heading(own), markdownTable(columns, rows)].join('\n\n');
}

/** The closed form against every quantile of every round. */
export function stallGoal(rounds: readonly StallFigures[]): Goal {
  const own = rounds.map((round) => round.own);
  const worst = Math.max(...predicted.map(({ name, share }) => worstError(own, name, share)));
  return {
    what: 'endToEnd over a stall of 1 s, p99 to max, against the closed form',
    wanted: `≤ ${percent(wantedError)}`,
    measured: percent(worst),
    isReached: worst <= wantedError,
  };
}

function heading(own: readonly StalledRun<Latencies>[]): string {
  const stoodStill = own.map(({ stall }) => stall.lengthMicros / 1e6);
  const catchUp = middleOf(own, ({ stall }) => stall.catchUpPerSecond);
  const seconds = own[0]?.stall.windowSeconds;
  return [
    '### A stall',
    '',
    `${formatCount(stallRatePerSecond)} messages/s from one publisher with a confirm window of ${stallConfirmWindow}, ${seconds} s; once the`,
    `broker's whole process stands still (${Math.min(...stoodStill).toFixed(4)}–${Math.max(...stoodStill).toFixed(4)} s by its own clock). **predicted** is`,
    'the closed form L·(1 − (1 − q)·T·(1 − r/C)/L) for the stall L, the window T, the rate r and C =',
    `${formatCount(catchUp)}/s, at which the backlog was carried away by the broker's own count.`,
  ].join('\n');
}

function perfTestRows(runs: readonly StalledRun<PerfTestLatencies>[]): string[][] {
  const row = (name: string, of: (report: PerfTestLatencies) => PerfTestLatency | undefined) => {
    const [median, p99] = (['medianMicros', 'p99Micros'] as const).map((quantile) =>
      middle(runs, ({ report }) => of(report)?.[quantile] ?? Number.NaN),
    );
    return [name, median ?? '', p99 ?? '', '', '', ''];
  };
  const windowSeconds = middleOf(runs, ({ stall }) => stall.windowSeconds).toFixed(0);
  const expected = middle(runs, ({ stall }) => predictedMicros(quantiles.p99, stall));
  return [
    row('PerfTest, its summary', ({ summary }) => summary),
    row('PerfTest, its middle second', ({ seconds }) => seconds.middle),
    row('PerfTest, its worst second', ({ seconds }) => seconds.worst),
    [`predicted for its ${windowSeconds} s`, '', expected, '', '', ''],
  ];
}

function ofLatency(own: readonly StalledRun<Latencies>[], kind: 'endToEnd' | 'service'): string[] {
  return (['p50', 'p99', 'p999', 'p9999', 'max'] as const).map((name) =>
    middle(own, ({ report }) => report[kind]?.[name] ?? Number.NaN),
  );
}

function worstError(
  own: readonly StalledRun<Latencies>[],
  name: (typeof predicted)[number]['name'],
  share: number,
): number {
  return Math.max(
    ...own.map(({ report, stall }) => {
      const expected = predictedMicros(share, stall);
      return Math.abs((report.endToEnd?.[name] ?? Number.NaN) - expected) / expected;
    }),
  );
}

function middle<T>(runs: readonly T[], micros: (run: T) => number): string {
  return formatMicros(middleOf(runs, micros));
}

function middleOf<T>(runs: readonly T[], value: (run: T) => number): number {
  return median(runs.map(value));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
