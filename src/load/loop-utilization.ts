import type { Clock } from '../base/clock.js';
import { sleepUntil } from '../base/sleep.js';
import type { TrialInstants } from './protocol.js';

/** Into how many equal parts the measured window is divided. */
const parts = 10;

/**
 * Watches this thread's event loop over the measured window: resolves at the stop instant to the
 * share, 0 … 1, that the loop was busy for in the busier half of the window's parts, at least.
 * `polledMicros` tells for how long, in all, it has turned only to wait: that is not work.
 */
export async function loopUtilization(
  { startMicros, stopMicros }: TrialInstants,
  clock: Clock,
  polledMicros: () => number = () => 0,
): Promise<number> {
  const shares: number[] = [];
  await sleepUntil(startMicros, clock);
  for (let part = 1; part <= parts; part++) {
    const before = performance.eventLoopUtilization();
    const polledBefore = polledMicros();
    await sleepUntil(startMicros + ((stopMicros - startMicros) * part) / parts, clock);
    const { active, idle } = performance.eventLoopUtilization(before);
    const polledMillis = (polledMicros() - polledBefore) / 1000;
    shares.push(Math.max(0, active - polledMillis) / (active + idle));
  }
  return shares.sort((a, b) => b - a)[parts / 2 - 1] ?? 0;
}
