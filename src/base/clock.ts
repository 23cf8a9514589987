/** Microseconds on one monotonic scale that all threads of this process share. */
export interface Clock {
  nowMicros(): number;
}

/**
 * The process's monotonic clock. `performance.now()` counts from the same `timeOrigin` in the main
 * thread and in every worker (Node 20), so a stamp written in one thread may be subtracted in
 * another; `sharedOriginMillis` lets a worker prove that it does.
 */
export const systemClock: Clock = {
  nowMicros: () => performance.now() * 1000,
};

/** The instant, in Unix milliseconds, from which this thread's clock counts. */
export function sharedOriginMillis(): number {
  return performance.timeOrigin;
}
