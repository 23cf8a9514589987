import type { CounterTotals } from './counters.js';

/** Totals at one moment of the trial's clock. */
export interface Sample {
  readonly atMicros: number;
  readonly totals: CounterTotals;
}

/** The instants between which a trial is measured, on the clock of its samples. */
export interface Window {
  readonly startMicros: number;
  readonly stopMicros: number;
}

/** Rates over equal steps; the first step begins `startSeconds` from the start instant. */
export interface Series {
  readonly startSeconds: number;
  readonly stepSeconds: number;
  readonly publishedPerSecond: readonly number[];
  readonly confirmedPerSecond: readonly number[];
  readonly consumedPerSecond: readonly number[];
}

/** The most steps that a result keeps of one trial. */
export const stepsMax = 300;

/**
 * Turns samples, taken every `stepMicros` or so, into rates over equal steps. A sampler's timer is
 * late now and then, so totals are interpolated at the steps' borders instead of assumed to lie there.
 */
export function toSeries(
  samples: readonly Sample[],
  startMicros: number,
  stepMicros: number,
): Series {
  const first = samples[0];
  const last = samples.at(-1);
  const spanMicros = first && last ? last.atMicros - first.atMicros : 0;
  const fine = Math.floor(spanMicros / stepMicros);
  const width = stepMicros * Math.max(1, Math.ceil(fine / stepsMax));
  const steps = Math.floor(spanMicros / width);
  const begin = first?.atMicros ?? startMicros;
  const ratesOf = (name: keyof CounterTotals) => {
    const totals = totalsAt(samples, name, { begin, width, count: steps + 1 });
    return totals.slice(1).map((total, i) => round((total - (totals[i] ?? 0)) / (width / 1e6)));
  };
  return {
    startSeconds: round((begin - startMicros) / 1e6),
    stepSeconds: round(width / 1e6),
    publishedPerSecond: ratesOf('published'),
    confirmedPerSecond: ratesOf('confirmed'),
    consumedPerSecond: ratesOf('consumed'),
  };
}

/** So many moments, `width` µs apart, the first one at `begin`. */
export interface Grid {
  readonly begin: number;
  readonly width: number;
  readonly count: number;
}

/** A total at the moments of a grid, interpolated between the samples around each. */
export function totalsAt(
  samples: readonly Sample[],
  name: keyof CounterTotals,
  grid: Grid,
): number[] {
  const totals: number[] = [];
  let next = 1;
  for (let i = 0; i < grid.count; i++) {
    const at = grid.begin + i * grid.width;
    while (next < samples.length - 1 && (samples[next]?.atMicros ?? 0) < at) next++;
    totals.push(between(samples[next - 1], samples[next], name, at));
  }
  return totals;
}

function between(
  left: Sample | undefined,
  right: Sample | undefined,
  name: keyof CounterTotals,
  at: number,
): number {
  if (left === undefined || right === undefined) return left?.totals[name] ?? 0;
  const span = right.atMicros - left.atMicros;
  const share = span > 0 ? (at - left.atMicros) / span : 0;
  return left.totals[name] + share * (right.totals[name] - left.totals[name]);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
