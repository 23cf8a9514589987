import { varyLabels, varyText } from '../base/vary-text.js';
import { certainlyLost } from '../gate/certain-loss.js';
import type { Latencies, Result, ResultCase, Trial } from '../result/result.js';
import { median } from '../stats/median.js';

/** One case as every rendering shows it: numbers chosen here, written by the renderer. */
export interface CaseRow {
  /** The values of what varies, in the order of `CaseTable.labels`. */
  readonly values: readonly string[];
  readonly skipped: string | undefined;
  /** It was measured, and in no round validly. */
  readonly isInvalid: boolean;
  /** Messages that were due a second, of a case whose rate is a share of its capacity; the median. */
  readonly offeredPerSecond: number | undefined;
  /** Published messages a second: the median of the valid rounds. */
  readonly publishedPerSecond: number | undefined;
  /** Consumed messages a second: the median of the valid rounds, and their range. */
  readonly ratePerSecond: Spread | undefined;
  readonly latencyMicros: Readonly<Record<ShownQuantile, number | undefined>>;
  readonly lost: Loss | undefined;
  /** The median rate over that of the first case that consumed anything. */
  readonly ratioToFirst: number | undefined;
}

export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export interface Loss {
  readonly messages: number;
  /** Some may merely be queued still: the drain's limit came first, or a queue could not be asked. */
  readonly isUpperBound: boolean;
  /** Some were confirmed and are lost beyond doubt; anything else informs. */
  readonly isBad: boolean;
}

export interface CaseTable {
  readonly labels: readonly string[];
  readonly rows: readonly CaseRow[];
  /** The valid rounds of the case that has the most of them. */
  readonly rounds: number;
  /** Which latency the rows show. */
  readonly latency: 'endToEnd' | 'service';
}

const shownQuantiles = { p50: 0.5, p99: 0.99, p999: 0.999 } as const;
export type ShownQuantile = keyof typeof shownQuantiles;

/** Chooses what a table of the result's cases shows. */
export function caseTable(result: Result): CaseTable {
  const { cases } = result;
  // Cases that `vary.include` adds may vary other paths than the rest.
  const paths = [...new Set(cases.flatMap(({ vary }) => Object.keys(vary)))];
  const latency = sharedLatency(cases);
  const first = cases.map(rateOf).find((rate) => rate !== undefined && rate.median > 0);
  return {
    labels: varyLabels(paths),
    rows: cases.map((one) => toRow(one, { paths, latency, first })),
    rounds: Math.max(0, ...cases.map((one) => validTrials(one).length)),
    latency,
  };
}

function toRow(
  one: ResultCase,
  table: {
    readonly paths: readonly string[];
    readonly latency: 'endToEnd' | 'service';
    readonly first: Spread | undefined;
  },
): CaseRow {
  const rate = rateOf(one);
  return {
    values: table.paths.map((path) => (path in one.vary ? varyText(one.vary[path]) : '–')),
    skipped: one.skipped,
    isInvalid: one.trials.length > 0 && rate === undefined,
    offeredPerSecond: offeredOf(one),
    publishedPerSecond: rate && median(ratesOf(one, 'publishedPerSecond')),
    ratePerSecond: rate,
    latencyMicros: shownLatency(one.latencyMicros[table.latency]),
    lost: lossOf(one),
    ratioToFirst: rate && table.first && rate.median / table.first.median,
  };
}

/** Rows must show the same thing: end-to-end only where every case that has latency has that. */
function sharedLatency(cases: readonly ResultCase[]): CaseTable['latency'] {
  const latencies = cases.map(({ latencyMicros }) => latencyMicros).filter((one) => one.service);
  const isScheduled = latencies.length > 0 && latencies.every(({ endToEnd }) => endToEnd);
  return isScheduled ? 'endToEnd' : 'service';
}

function validTrials({ trials }: ResultCase): Trial[] {
  return trials.filter(({ valid }) => valid);
}

function ratesOf(one: ResultCase, name: 'publishedPerSecond' | 'consumedPerSecond'): number[] {
  return validTrials(one).map(({ throughput }) => throughput[name]);
}

/** The share that a reader sees is of a rate that was found out: only the table can tell what it is. */
function offeredOf(one: ResultCase): number | undefined {
  const rates = validTrials(one).flatMap(({ throughput }) => throughput.offeredPerSecond ?? []);
  return one.capacity === undefined || rates.length === 0 ? undefined : median(rates);
}

function rateOf(one: ResultCase): Spread | undefined {
  const rates = ratesOf(one, 'consumedPerSecond');
  if (rates.length === 0) return undefined;
  return { median: median(rates), low: Math.min(...rates), high: Math.max(...rates) };
}

/** A quantile that too few samples stand behind (fewer than 100/(1 − q)) is not shown. */
function shownLatency(latency: Latencies['service']): CaseRow['latencyMicros'] {
  const shown = Object.entries(shownQuantiles).map(([name, share]) => {
    const isBacked = latency !== undefined && latency.count >= Math.round(100 / (1 - share));
    return [name, isBacked ? latency[name as ShownQuantile] : undefined];
  });
  return Object.fromEntries(shown) as CaseRow['latencyMicros'];
}

function lossOf({ trials }: ResultCase): Loss | undefined {
  if (trials.length === 0) return undefined;
  return {
    messages: trials.reduce((total, { ledger }) => total + ledger.lost, 0),
    isUpperBound: trials.some(
      ({ ledger }) => ledger.leftInQueues > 0 || ledger.uncountedQueues > 0,
    ),
    isBad: trials.some(({ ledger }) => certainlyLost(ledger) > 0),
  };
}
