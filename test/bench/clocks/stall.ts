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
const catchUpLimitMillis = 5000;
const betweenLooksMillis = 2;
const nearMillis = 3;

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

/** One round: both tools while the broker stands still. */
export async function measureStall(
  perfTest: PerfTest | undefined,
  settings: BenchSettings,
): Promise<StallFigures> {
  const load = stallLoad(settings);
  const stallOnce = async (watching: Watching) => {
    await untilItsTime(load, settings);
    return stallAndWatch(watching, settings);
  };
  const own = await runWatched(ownTool(load), stallOnce, settings);
  const { lengthMicros, catchUpPerSecond } = own.seen;
  const known = { ratePerSecond: stallRatePerSecond, catchUpPerSecond };
  return {
    own: {
      report: own.report.latencyMicros,
      stall: { ...known, lengthMicros, windowSeconds: load.windowSeconds },
    },
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
  const stallOnce = async ({ broker }: Watching) => {
    await untilItsTime(load, settings);
    return broker.stall(stallMicros);
  };
  const { report, seen } = await runWatched(tool, stallOnce, settings);
  const windowSeconds = report.intervals.at(-1)?.atSeconds ?? Number.NaN;
  const seconds = secondsFrom(report, load.warmupSeconds, 'p99Micros');
  return {
    report: { summary: report.latency, seconds },
    stall: { ...known, lengthMicros: seen, windowSeconds },
  };
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

async function untilItsTime({ windowSeconds }: ClockLoad, { signal }: BenchSettings) {
  await sleep(windowSeconds * stallAtShare * 1000, undefined, { signal });
}

/**
 * Lets the broker stand still, and asks it how it goes on: it is caught up when it has been sent all
 * that was due since, but for a few milliseconds' worth. The rate follows from how long that took.
 */
async function stallAndWatch(
  { broker }: Watching,
  { signal }: BenchSettings,
): Promise<Pick<Stall, 'lengthMicros' | 'catchUpPerSecond'>> {
  const { published: before } = await broker.counts();
  const beganMillis = performance.now();
  const lengthMicros = await broker.stall(stallMicros);
  const endedMillis = beganMillis + lengthMicros / 1000;
  for (const deadline = endedMillis + catchUpLimitMillis; performance.now() < deadline; ) {
    const { published } = await broker.counts();
    const nowMillis = performance.now();
    const due = (stallRatePerSecond * (nowMillis - beganMillis - nearMillis)) / 1000;
    if (published - before >= due) {
      const tookMillis = nowMillis - endedMillis;
      return { lengthMicros, catchUpPerSecond: due / (tookMillis / 1000) };
    }
    await sleep(betweenLooksMillis, undefined, { signal });
  }
  throw new Error('the backlog was not carried away');
}
