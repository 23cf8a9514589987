import type { Clock } from './clock.js';

/**
 * Resolves when the clock has passed `micros`, or rejects with the signal's reason. A timer of Node's
 * may fire up to a millisecond before the clock says it is due; whoever waits for an instant must
 * not act before it.
 */
export async function sleepUntil(
  micros: number,
  clock: Clock,
  signal?: AbortSignal,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const leftMicros = micros - clock.nowMicros();
    if (leftMicros <= 0) return;
    await timerOrAbort(timerMillis(Math.ceil(leftMicros / 1000)), signal);
  }
}

/** Clears its timer when the signal aborts: a forgotten timer would keep the process alive. */
function timerOrAbort(millis: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, millis);
    signal?.addEventListener('abort', end);
  });
}

/** What a timer can wait of it: whoever waits for an instant looks again when it fires. */
export function timerMillis(waitMillis: number): number {
  return Math.min(Math.max(0, waitMillis), 2 ** 31 - 1);
}
