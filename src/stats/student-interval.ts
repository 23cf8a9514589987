import jstat from 'jstat';
import { mean, sampleStandardDeviation } from 'simple-statistics';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Student's confidence interval of a mean: x̄ ± t(n−1) · s/√n. Fewer than two values have none.
 */
export function studentInterval(
  values: readonly number[],
  confidence: number,
): Interval | undefined {
  if (values.length < 2) return undefined;
  const center = mean([...values]);
  const error = sampleStandardDeviation([...values]) / Math.sqrt(values.length);
  const quantile = jstat.studentt.inv(1 - (1 - confidence) / 2, values.length - 1);
  return { low: center - quantile * error, high: center + quantile * error };
}
