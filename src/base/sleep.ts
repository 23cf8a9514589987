import type { Clock } from './clock.js';

/**
 * Resolves when the clock has passed `micros`. A timer of Node's may fire up to a millisecond before
 * the clock says it is due; whoever waits for an instant must not act before it.
 */
export async function sleepUntil(micros: number, clock: Clock): Promise<void> {
  for (;;) {
    const leftMicros = micros - clock.nowMicros();
    if (leftMicros <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.ceil(leftMicros / 1000)));
  }
}
