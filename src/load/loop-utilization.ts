import type { Clock } from '../base/clock.js';
import { sleepUntil } from '../base/sleep.js';
import type { TrialInstants } from './protocol.js';

/**
 * Watches this thread's event loop over the measured window: resolves at the stop instant to the
 * share of it, 0 … 1, that the loop was not idle.
 */
export async function loopUtilization(instants: TrialInstants, clock: Clock): Promise<number> {
  await sleepUntil(instants.startMicros, clock);
  const atStart = performance.eventLoopUtilization();
  await sleepUntil(instants.stopMicros, clock);
  return performance.eventLoopUtilization(atStart).utilization;
}
