import { mean, sampleVariance } from '../base/mean.js';
import type { CounterName } from './counters.js';
import type { Sample, Window } from './series.js';

/** By how much the two sides may differ. */
const toleranceShare = 0.1;
/** And by how many standard errors of the mean number under way. */
const standardErrorsMax = 3;
/** Below this mean the turns in which messages are counted and sent are a good deal of it. */
const inFlightMin = 20;
/** Below this latency the sampler may be in step with timers that wake in whole milliseconds. */
const latencyMicrosMin = 10_000;
/** Messages that stick out of the window at its ends must be few of those within. */
const latencyShareMax = 0.1;
/** And as many at one end as at the other, by the mean: a queue that grows is no matter of the law. */
const endsShareMax = 0.25;
const batchCount = 10;
const samplesMin = 5 * batchCount;

/** Messages that came in and have not gone out are under way. */
export interface Passage {
  readonly from: CounterName;
  readonly to: CounterName;
  readonly perSecond: number;
  /** Mean latency, of all messages that came in within the window. */
  readonly meanMicros: number;
}

/** The two sides of Little's law, which measure the same by different means. */
export interface LittlesLaw {
  readonly verdict: 'holds' | 'broken';
  /** Messages under way, in the mean over the samples of the counters. */
  readonly inFlight: number;
  /** What that should be: rate × mean latency. */
  readonly expected: number;
  /** `inFlight` ÷ `expected`. */
  readonly ratio: number;
}

/**
 * Holds rate and latency against how many messages were under way at the moments at which the
 * counters were sampled: L = λ · W, whatever the distributions. The law is about long times, so it is
 * judged only where the ends of the window hardly count, and broken only when the sides differ by more
 * than a tenth and by more than three standard errors (of ten batches). Null where it is not judged.
 */
export function littlesLaw(
  samples: readonly Sample[],
  { from, to, perSecond, meanMicros }: Passage,
  window: Window,
): LittlesLaw | null {
  const underWay = samples
    .filter(({ atMicros }) => atMicros >= window.startMicros && atMicros < window.stopMicros)
    .map(({ totals }) => totals[from] - totals[to]);
  if (underWay.length < samplesMin || !isTellingLatency(meanMicros, window)) return null;
  const inFlight = mean(underWay);
  const expected = (perSecond * meanMicros) / 1e6;
  const batches = batchMeans(underWay);
  if (inFlight < inFlightMin || expected === 0 || !isLevel(batches, inFlight)) return null;
  const difference = Math.abs(inFlight - expected);
  const isOff = difference > toleranceShare * expected;
  const isSignificant = difference > standardErrorsMax * standardErrorOf(batches);
  return {
    verdict: isOff && isSignificant ? 'broken' : 'holds',
    inFlight: round(inFlight),
    expected: round(expected),
    ratio: round(inFlight / expected),
  };
}

function isTellingLatency(meanMicros: number, { startMicros, stopMicros }: Window): boolean {
  return (
    meanMicros >= latencyMicrosMin && meanMicros <= (stopMicros - startMicros) * latencyShareMax
  );
}

/** Neither end differs much from the mean. */
function isLevel(batches: readonly number[], whole: number): boolean {
  const ends = [batches[0] ?? 0, batches.at(-1) ?? 0];
  return ends.every((end) => Math.abs(end - whole) <= endsShareMax * whole);
}

/** The means of ten stretches of the same length; what is left over goes to the last. */
function batchMeans(values: readonly number[]): number[] {
  const length = Math.floor(values.length / batchCount);
  return Array.from({ length: batchCount }, (_, i) => {
    const end = i === batchCount - 1 ? values.length : (i + 1) * length;
    return mean(values.slice(i * length, end));
  });
}

/** Neighbouring samples resemble each other, the means of long stretches hardly. */
function standardErrorOf(batches: readonly number[]): number {
  return Math.sqrt(sampleVariance(batches) / batches.length);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
