import { mean } from 'simple-statistics';
import { type Interval, studentInterval } from './student-interval.js';

export interface Ratio {
  readonly value: number;
  /** `undefined` with fewer than two rounds: one round says nothing of the noise between rounds. */
  readonly interval: Interval | undefined;
}

/** The confidence of every interval that rmqbench states. */
export const confidence = 0.95;

/**
 * The ratio numerator ÷ denominator over rounds. A round is its pairs of measurements, each pair
 * alike but for what is compared; its value is the mean log ratio of its pairs, so that a large case
 * weighs no more than a small one, and rounds, not pairs, are the independent repetitions (research
 * on interleaved trials: Abedi & Brecht, ICPE 2017). `undefined` without a round.
 */
export function ratioOverRounds(
  rounds: readonly (readonly (readonly [number, number])[])[],
): Ratio | undefined {
  const logs = rounds
    .filter((pairs) => pairs.length > 0)
    .map((pairs) => mean(pairs.map(([over, under]) => Math.log(over / under))));
  if (logs.length === 0) return undefined;
  const interval = studentInterval(logs, confidence);
  return {
    value: Math.exp(mean(logs)),
    interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
  };
}
