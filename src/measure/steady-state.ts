import { mean, sampleVariance } from '../base/mean.js';
import { type Sample, totalsAt, type Window } from './series.js';

/** Five samples of 100 ms each: the batches of MSER-5. */
const sampleMicros = 100_000;
const batchMicros = 5 * sampleMicros;
/** With fewer batches MSER tells nothing. */
const batchesMin = 20;
/** What a cut must change of the mean, either way, to matter to whoever reads it. */
const shiftShareMax = 0.05;
/** And by how many standard errors, for noise alone makes batches differ. */
const standardErrorsMax = 5;
/** Instants are fractions of µs: ten seconds must not make nineteen batches. */
const roundingMicros = 1;

/** Whether a rate was settled over the measured window, and what cutting would make of it. */
export interface SteadyState {
  readonly rate: 'published' | 'consumed';
  /** `unknown` when the window has fewer than 20 batches of half a second. */
  readonly verdict: 'settled' | 'unsettled' | 'unknown';
  readonly batches: number;
  /** What MSER-5 would cut off, and from which end; nothing is cut. Null when unknown. */
  readonly truncatedSeconds: number | null;
  readonly truncatedFrom: 'start' | 'end' | null;
  /** The mean of what would be kept ÷ the mean of the whole window − 1. Null when unknown. */
  readonly shiftShare: number | null;
}

/** The end of the batches at which MSER would cut so many of them. */
interface Cut {
  readonly batches: number;
  readonly shiftShare: number;
  readonly isSignificant: boolean;
}

/**
 * Judges one rate over the measured window by MSER-5 (White 1997): of the batches of five samples as
 * many are cut off the start as makes the standard error of the remaining mean smallest, at most half
 * of them, beyond which MSER itself does not hold. The same is asked of the batches read backwards,
 * for to MSER a late collapse is nothing but a warm-up at the other end.
 *
 * The rate is unsettled when a cut changes the mean by more than 5 % and by more than five standard
 * errors of what is kept. MSER's own rule, a cut beyond the half, or 5 % alone would flag noise: at
 * `rate: max` half-seconds of a real broker differ with a coefficient of variation of 10 to 40 %. Of
 * windows of 20 batches that are nothing but noise (4,000 drawn for each figure), this flags
 *
 * | noise                    | of 5 % | of 10 % | of 20 % | of 40 % |
 * | ------------------------ | ------ | ------- | ------- | ------- |
 * | independent              |    0 % |   0.1 % |   0.2 % |   0.1 % |
 * | AR(1), correlation 0.3   |  0.1 % |   1.3 % |     2 % |     2 % |
 * | AR(1), correlation 0.5   |  0.2 % |     5 % |     8 % |     9 % |
 *
 * and in noise of 5 and 10 % more than 99 % of the ramps over 40 % of the window and of the collapses
 * of its last fifth, and 98 and 70 % of the drifts by half. A dip in the middle, after which all is as
 * before, is no matter of settling, and is not flagged.
 */
export function steadyState(
  samples: readonly Sample[],
  rate: SteadyState['rate'],
  window: Window,
): SteadyState {
  const batches = batchesIn(samples, window);
  if (batches < batchesMin) {
    const unknown = { truncatedSeconds: null, truncatedFrom: null, shiftShare: null };
    return { rate, verdict: 'unknown', batches, ...unknown };
  }
  const grid = { begin: window.startMicros, width: batchMicros, count: batches + 1 };
  const totals = totalsAt(samples, rate, grid);
  return { rate, ...judge(totals.slice(1).map((total, i) => total - (totals[i] ?? 0))) };
}

/** Whole batches that the samples cover. */
function batchesIn(samples: readonly Sample[], { startMicros, stopMicros }: Window): number {
  const first = samples[0]?.atMicros ?? Number.POSITIVE_INFINITY;
  const last = samples.at(-1)?.atMicros ?? 0;
  // Without a warm-up the first sample is taken at the start instant, or a little later.
  if (first > startMicros + sampleMicros) return 0;
  const covered = Math.min(last, stopMicros) - startMicros + roundingMicros;
  return Math.max(0, Math.floor(covered / batchMicros));
}

function judge(batches: readonly number[]): Omit<SteadyState, 'rate'> {
  const ends = [
    { from: 'start', cut: mser(batches) },
    { from: 'end', cut: mser([...batches].reverse()) },
  ] as const;
  const unsettled = ends.filter(({ cut }) => isUnsettling(cut));
  const candidates = unsettled.length > 0 ? unsettled : ends;
  const { from, cut } = candidates.reduce((one, other) =>
    Math.abs(other.cut.shiftShare) > Math.abs(one.cut.shiftShare) ? other : one,
  );
  return {
    verdict: unsettled.length > 0 ? 'unsettled' : 'settled',
    batches: batches.length,
    truncatedSeconds: (cut.batches * batchMicros) / 1e6,
    truncatedFrom: from,
    shiftShare: Math.round(cut.shiftShare * 1e4) / 1e4,
  };
}

function isUnsettling({ shiftShare, isSignificant }: Cut): boolean {
  return isSignificant && Math.abs(shiftShare) > shiftShareMax;
}

/** Where the squared standard error of what is kept is smallest; of equals, the shortest cut. */
function mser(batches: readonly number[]): Cut {
  let cut = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (let candidate = 0; candidate <= batches.length / 2; candidate++) {
    const kept = batches.slice(candidate);
    const squaredError = (sampleVariance(kept) * (kept.length - 1)) / kept.length ** 2;
    if (squaredError < smallest) [cut, smallest] = [candidate, squaredError];
  }
  return cutAt(batches, cut);
}

function cutAt(batches: readonly number[], cut: number): Cut {
  const kept = batches.slice(cut);
  const whole = mean(batches);
  const shift = mean(kept) - whole;
  // Of the difference between the mean of a part and that of the whole it is a part of.
  // Few messages differ by chance, as much as those of a Poisson process, even where all seem alike.
  const variance = Math.max(sampleVariance(kept), whole);
  const squaredError = variance * (1 / kept.length - 1 / batches.length);
  return {
    batches: cut,
    shiftShare: whole > 0 ? shift / whole : 0,
    isSignificant: Math.abs(shift) > standardErrorsMax * Math.sqrt(squaredError),
  };
}
