import { median as medianOf } from 'simple-statistics';

/** The middle value, or the mean of the two in the middle; of at least one value. */
export function median(values: readonly number[]): number {
  return medianOf([...values]);
}
