import type { Random } from '../../src/base/random.js';
import type { Sample } from '../../src/measure/series.js';

/** A sample in which every total is the same. */
export function sampleAt(atMicros: number, total: number): Sample {
  const totals = { published: total, confirmed: total, consumed: total, down: 0, blocked: 0 };
  return { atMicros, totals };
}

/** From 0 up to, not including, 1. */
export function uniformDraw(random: Random): number {
  return random.below(2 ** 30) / 2 ** 30;
}

/** Of the standard normal distribution, by Box and Muller. */
export function normalDraw(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniformDraw(random)));
  return radius * Math.cos(2 * Math.PI * uniformDraw(random));
}
