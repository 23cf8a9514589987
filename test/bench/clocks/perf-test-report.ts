/** What PerfTest prints of latencies, in µs, from its publisher's stamp to its consumer. */
export interface PerfTestLatency {
  readonly minMicros: number;
  readonly medianMicros: number;
  readonly p75Micros: number;
  readonly p95Micros: number;
  readonly p99Micros: number;
}

/** What PerfTest printed: of its whole run, and of each interval of about a second. */
export interface PerfTestReport {
  readonly sentPerSecond: number;
  /** None when it received nothing. */
  readonly latency: PerfTestLatency | undefined;
  readonly intervals: readonly {
    /** Its end, since PerfTest's start. */
    readonly atSeconds: number;
    readonly latency: PerfTestLatency;
  }[];
}

/** What PerfTest's intervals say once it has settled: its summary is of its slow beginning too. */
export interface PerfTestSeconds {
  /** The interval that lies in the middle by this quantile, and the one where it is highest. */
  readonly middle: PerfTestLatency;
  readonly worst: PerfTestLatency;
}

const fiveNumbers = String.raw`(\d+)/(\d+)/(\d+)/(\d+)/(\d+) µs`;
const quantileNames = 'min/median/75th/95th/99th';
const intervalLine = new RegExp(
  String.raw`\btime ([\d.]+) s,.*${quantileNames} consumer latency: ${fiveNumbers}`,
);
const summaryLine = new RegExp(`consumer latency ${quantileNames} ${fiveNumbers}`);
const rateLine = /sending rate avg: (\d+) msg\/s/;

/** Throws when the summary at the end is missing. */
export function readPerfTestReport(output: string): PerfTestReport {
  const [, sent] = rateLine.exec(output) ?? [];
  if (sent === undefined) throw new Error('PerfTest printed no summary');
  const [, ...summary] = summaryLine.exec(output) ?? [];
  const intervals = output.split('\n').flatMap((line) => {
    const [, time, ...latency] = intervalLine.exec(line) ?? [];
    return time === undefined ? [] : [{ atSeconds: Number(time), latency: latencyOf(latency) }];
  });
  return {
    sentPerSecond: Number(sent),
    latency: summary.length === 0 ? undefined : latencyOf(summary),
    intervals,
  };
}

/** Of the intervals that end after `fromSeconds`; throws when there is none. */
export function secondsFrom(
  { intervals }: PerfTestReport,
  fromSeconds: number,
  quantile: keyof PerfTestLatency,
): PerfTestSeconds {
  const settled = intervals
    .filter(({ atSeconds }) => atSeconds > fromSeconds)
    .map(({ latency }) => latency)
    .sort((a, b) => a[quantile] - b[quantile]);
  const [middle, worst] = [settled[settled.length >>> 1], settled.at(-1)];
  if (!middle || !worst) throw new Error('PerfTest received nothing after its warm-up');
  return { middle, worst };
}

function latencyOf(texts: readonly string[]): PerfTestLatency {
  const [minMicros = 0, medianMicros = 0, p75Micros = 0, p95Micros = 0, p99Micros = 0] =
    texts.map(Number);
  return { minMicros, medianMicros, p75Micros, p95Micros, p99Micros };
}
