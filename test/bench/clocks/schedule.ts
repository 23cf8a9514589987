import { setTimeout as sleep } from 'node:timers/promises';
import type { LatencySummary } from '../../../src/measure/latency-histogram.js';
import type { PerfTest } from '../peers/perf-test.js';
import { readProcessUse } from '../process-cpu.js';
import type { BenchSettings } from '../section.js';
import { ownTool } from './own-tool.js';
import { perfTestTool } from './perf-test-tool.js';
import { runWatched, type Watching } from './run-watched.js';
import type { ClockLoad, Tool } from './tool.js';

/** Publishers, and how many messages a second are asked of each. */
export interface Schedule {
  readonly publishers: number;
  readonly perSecondEach: number;
  /** Beside rmqbench, PerfTest is asked for it too. */
  readonly isForPerfTest: boolean;
  /** What rmqbench should take of a core for it at most. */
  readonly wantedCpuShare?: number;
}

/** `350 × 40/s` */
export function scheduleName({ publishers, perSecondEach }: Schedule): string {
  return `${publishers} × ${perSecondEach}/s`;
}

/** The first is a full load; the others are those at which a generator has next to nothing to do. */
export const schedules: readonly Schedule[] = [
  { publishers: 350, perSecondEach: 40, isForPerfTest: true },
  { publishers: 1, perSecondEach: 0.1, isForPerfTest: false, wantedCpuShare: 0.02 },
  { publishers: 2000, perSecondEach: 0.5, isForPerfTest: false },
];

/** What a tool sent in one window, by the null broker's count, and what it took for that. */
export interface SentFigures {
  readonly sentPerSecond: number;
  /** The most messages, of all publishers together, that were sent too early or too late. */
  readonly furthestMessages: number;
  /** Of the tool's process, all its threads, in parts of one core. */
  readonly cpuShare: number;
  /** How late its publishers were, by its own account; of rmqbench. */
  readonly publishLag: LatencySummary | undefined;
}

/** What one round of one schedule gave, by the tool's name. */
export type ScheduleRound = ReadonlyMap<string, SentFigures>;

/** Two periods of the slowest schedule. */
const shortestWindowSeconds = 20;
/** For the tool to be still at work at the window's end, when its own clock began earlier. */
const spareSeconds = 5;
/** The least that PerfTest lets lie between two messages of a channel. */
const shortestIntervalSeconds = 0.1;
const betweenLooksMillis = 100;

/** One round of one schedule, with every tool that it is for. */
export async function measureSchedule(
  schedule: Schedule,
  perfTest: PerfTest | undefined,
  settings: BenchSettings,
): Promise<ScheduleRound> {
  const { perSecondEach } = schedule;
  const { warmupSeconds } = settings;
  const seconds = Math.max(settings.windowSeconds, perSecondEach < 1 ? shortestWindowSeconds : 0);
  const windowSeconds = seconds + spareSeconds + 1 / perSecondEach;
  const load = { ...schedule, confirmWindow: undefined, warmupSeconds, windowSeconds };
  const watch = watching(load, seconds, settings.signal);
  const own = ownTool(load);
  const { report, seen } = await runWatched(own, watch, settings);
  const sent = new Map<string, SentFigures>();
  sent.set(own.name, { ...seen, publishLag: report.latencyMicros.publishLag });
  if (perfTest === undefined || !schedule.isForPerfTest) return sent;
  for (const tool of perfTestTools(perfTest, load)) {
    const other = await runWatched(tool, watch, settings);
    sent.set(tool.name, { ...other.seen, publishLag: undefined });
  }
  return sent;
}

/** PerfTest in both of its ways. */
function perfTestTools(perfTest: PerfTest, load: ClockLoad & Schedule): Tool<unknown>[] {
  const { perSecondEach } = load;
  const seconds = shortestIntervalSeconds;
  return [
    perfTestTool(perfTest, load, { kind: 'rate', perSecond: perSecondEach }),
    perfTestTool(perfTest, load, { kind: 'interval', seconds, channels: perSecondEach * seconds }),
  ];
}

/** Counts at the broker ten times a second what was sent. */
function watching(
  { publishers, perSecondEach }: Schedule,
  seconds: number,
  signal: AbortSignal,
): (watched: Watching) => Promise<Omit<SentFigures, 'publishLag'>> {
  return async ({ broker, running }) => {
    const look = async () => {
      const asked = performance.now();
      const { published } = await broker.counts();
      return { atMillis: (asked + performance.now()) / 2, published };
    };
    const cpuBefore = readProcessUse(running.pid).cpuSeconds;
    const first = await look();
    const untilMillis = first.atMillis + seconds * 1000;
    const due = (atMillis: number) =>
      ((atMillis - first.atMillis) / 1000) * publishers * perSecondEach;
    let [last, earliest, latest] = [first, 0, 0];
    while (last.atMillis < untilMillis) {
      const waitMillis = Math.min(betweenLooksMillis, untilMillis - last.atMillis);
      await sleep(waitMillis, undefined, { signal });
      last = await look();
      const ahead = last.published - first.published - due(last.atMillis);
      earliest = Math.max(earliest, ahead);
      latest = Math.min(latest, ahead);
    }
    const cpuSeconds = readProcessUse(running.pid).cpuSeconds - cpuBefore;
    const watchedSeconds = (last.atMillis - first.atMillis) / 1000;
    return {
      sentPerSecond: (last.published - first.published) / watchedSeconds,
      // Where in its schedule the tool was at the first look is not known: it is put in the middle.
      furthestMessages: (earliest - latest) / 2,
      cpuShare: cpuSeconds / watchedSeconds,
    };
  };
}
