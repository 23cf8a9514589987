import { setTimeout as sleep } from 'node:timers/promises';
import type { Latencies } from '../../../src/result/result.js';
import type { PerfTest } from '../peers/perf-test.js';
import type { BenchSettings } from '../section.js';
import { ownTool } from './own-tool.js';
import { type PerfTestLatency, type PerfTestSeconds, secondsFrom } from './perf-test-report.js';
import { perfTestTool } from './perf-test-tool.js';
import { runWatched, type Watching } from './run-watched.js';
import type { Stall } from './stall-prediction.js';
import type { ClockLoad } from './tool.js';

/** What is asked of both tools. */
export const stallRatePerSecond = 10_000;
/** So few that the publisher is held up, and does not merely fill the sockets' buffers. */
export const stallConfirmWindow = 100;
const stallMicros = 1e6;
/** Where in the window the broker stands still: the backlog must be gone before its end. */
const stallAtShare = 0.25;

/** One tool's run against a broker that stood still once. */
export interface StalledRun<Report> {
  readonly report: Report;
  /** What the closed form makes of the broker's own account. */
  readonly stall: Stall;
}

export interface StallFigures {
  readonly own: StalledRun<Latencies>;
  readonly perfTest: StalledRun<PerfTestLatencies> | undefined;
}

/** Both things that PerfTest says: about its whole run, and about each second, by their p99. */
export interface PerfTestLatencies {
  readonly summary: PerfTestLatency | undefined;
  readonly seconds: PerfTestSeconds;
}

/** One round: first how fast rmqbench catches up, then both tools while the broker stands still. */
export async function measureStall(
  perfTest: PerfTest | undefined,
  settings: BenchSettings,
): Promise<StallFigures> {
  const load = stallLoad(settings);
  const catchUpPerSecond = await measureCatchUp(settings);
  const stallOnce = stalling(load, settings);
  const own = await runWatched(ownTool(load), stallOnce, settings);
  const known = { ratePerSecond: stallRatePerSecond, catchUpPerSecond };
  const stall = { ...known, lengthMicros: own.seen, windowSeconds: load.windowSeconds };
  return {
    own: { report: own.report.latencyMicros, stall },
    perfTest: perfTest && (await stallPerfTest(perfTest, known, settings)),
  };
}

/** PerfTest measures all of its time, so its summary is of the warm-up too. */
async function stallPerfTest(
  perfTest: PerfTest,
  known: Pick<Stall, 'ratePerSecond' | 'catchUpPerSecond'>,
  settings: BenchSettings,
): Promise<StalledRun<PerfTestLatencies>> {
  const load = stallLoad(settings);
  const tool = perfTestTool(perfTest, load, { kind: 'rate', perSecond: stallRatePerSecond });
  const { report, seen } = await runWatched(tool, stalling(load, settings), settings);
  const windowSeconds = report.intervals.at(-1)?.atSeconds ?? Number.NaN;
  const seconds = secondsFrom(report, load.warmupSeconds, 'p99Micros');
  return {
    report: { summary: report.latency, seconds },
    stall: { ...known, lengthMicros: seen, windowSeconds },
  };
}

/** What rmqbench carries with the same confirm window when nothing is due later than now. */
async function measureCatchUp(settings: BenchSettings): Promise<number> {
  const load = { ...stallLoad(settings), perSecondEach: undefined };
  const { report } = await runWatched(ownTool(load), async () => {}, settings);
  return report.throughput.consumedPerSecond;
}

function stallLoad({ warmupSeconds, windowSeconds }: BenchSettings): ClockLoad {
  return {
    publishers: 1,
    perSecondEach: stallRatePerSecond,
    confirmWindow: stallConfirmWindow,
    warmupSeconds,
    windowSeconds: 2 * windowSeconds,
  };
}

function stalling({ windowSeconds }: ClockLoad, { signal }: BenchSettings) {
  return async ({ broker }: Watching) => {
    await sleep(windowSeconds * stallAtShare * 1000, undefined, { signal });
    return broker.stall(stallMicros);
  };
}
