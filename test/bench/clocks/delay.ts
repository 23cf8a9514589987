import { setTimeout as sleep } from 'node:timers/promises';
import type { DelaySummary } from '../../../src/amqp/null-broker/delay-record.js';
import type { Latencies } from '../../../src/result/result.js';
import type { PerfTest } from '../peers/perf-test.js';
import type { BenchSettings } from '../section.js';
import { ownTool } from './own-tool.js';
import { type PerfTestLatency, type PerfTestReport, secondsFrom } from './perf-test-report.js';
import { perfTestTool } from './perf-test-tool.js';
import { runWatched, type Watching } from './run-watched.js';
import type { Tool } from './tool.js';

export const askedDelayMicros = 5000;
export const delayRatePerSecond = 1000;
/** When in the window the broker is asked what it did: the tool must still be at work. */
const lookAtShare = 0.75;

/** One tool's run against a broker that delays, and what the broker says that it did. */
export interface DelayedRun<Report> {
  readonly report: Report;
  readonly delays: DelaySummary;
}

export interface DelayFigures {
  readonly own: DelayedRun<Latencies>;
  readonly perfTest: DelayedRun<PerfTestLatency> | undefined;
}

/** One round: both tools, one after the other. */
export async function measureDelay(
  perfTest: PerfTest | undefined,
  settings: BenchSettings,
): Promise<DelayFigures> {
  const { warmupSeconds, windowSeconds } = settings;
  const load = {
    publishers: 1,
    perSecondEach: delayRatePerSecond,
    confirmWindow: undefined,
    warmupSeconds,
    windowSeconds,
  };
  const own = await delayed(ownTool(load), settings);
  const pace = { kind: 'rate', perSecond: delayRatePerSecond } as const;
  return {
    own: { ...own, report: own.report.latencyMicros },
    perfTest:
      perfTest &&
      middleSecond(await delayed(perfTestTool(perfTest, load, pace), settings), warmupSeconds),
  };
}

/** By the median: what PerfTest makes of a delay once it has settled. */
function middleSecond(
  { report, delays }: DelayedRun<PerfTestReport>,
  warmupSeconds: number,
): DelayedRun<PerfTestLatency> {
  return { report: secondsFrom(report, warmupSeconds, 'medianMicros').middle, delays };
}

async function delayed<Report>(
  tool: Tool<Report>,
  settings: BenchSettings,
): Promise<DelayedRun<Report>> {
  const look = async ({ broker }: Watching) => {
    const waitMillis = tool.load.windowSeconds * lookAtShare * 1000;
    await sleep(waitMillis, undefined, { signal: settings.signal });
    return broker.delays();
  };
  const options = { deliveryDelayMicros: askedDelayMicros };
  const { report, seen } = await runWatched(tool, look, settings, options);
  return { report, delays: seen };
}
