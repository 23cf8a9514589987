const firstMillis = 200;
const longestMillis = 2_000;

/**
 * How long to wait before the n-th attempt to connect again, counted from 0: longer and longer at
 * the most, and for everyone another time, so that thousands that were lost together do not come back
 * together. `random` gives numbers from 0 to 1. "Full jitter" of the AWS Architecture Blog,
 * "Exponential Backoff And Jitter" (2015).
 */
export function backOffMillis(attempt: number, random: () => number): number {
  return random() * Math.min(longestMillis, firstMillis * 2 ** attempt);
}
