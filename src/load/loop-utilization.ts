import type { Clock } from '../base/clock.js';
import type { TrialInstants } from './protocol.js';

/**
 * Watches this thread's event loop over the measured window: resolves at the stop instant to the
 * share of it, 0 … 1, that the loop was not idle.
 */
export async function loopUtilization(instants: TrialInstants, clock: Clock): Promise<number> {
  await waitUntil(instants.startMicros, clock);
  const atStart = performance.eventLoopUtilization();
  await waitUntil(instants.stopMicros, clock);
  return performance.eventLoopUtilization(atStart).utilization;
}

function waitUntil(micros: number, clock: Clock): Promise<void> {
  const waitMillis = Math.max(0, Math.ceil((micros - clock.nowMicros()) / 1000));
  return new Promise((resolve) => setTimeout(resolve, waitMillis));
}
