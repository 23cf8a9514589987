import type { Clock } from '../base/clock.js';
import { sleepUntil } from '../base/sleep.js';
import type { TrialInstants } from './protocol.js';

/** Into how many equal parts the measured window is divided. */
const parts = 10;

/**
 * Watches this thread's event loop over the measured window: resolves at the stop instant to the
 * share, 0 … 1, that the loop was busy for in the busier half of the window's parts, at least.
 */
export async function loopUtilization(instants: TrialInstants, clock: Clock): Promise<number> {
  const { startMicros, stopMicros } = instants;
  const shares: number[] = [];
  await sleepUntil(startMicros, clock);
  for (let part = 1; part <= parts; part++) {
    const before = performance.eventLoopUtilization();
    await sleepUntil(startMicros + ((stopMicros - startMicros) * part) / parts, clock);
    shares.push(performance.eventLoopUtilization(before).utilization);
  }
  return shares.sort((a, b) => b - a)[parts / 2 - 1] ?? 0;
}
