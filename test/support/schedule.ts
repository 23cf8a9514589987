import type { PublisherSchedule } from '../../src/plan/load-plan.js';

/** A schedule of so many messages a second, for ever. */
export function constantly(perSecond: number, phase = 0): PublisherSchedule {
  const untilMicros = Number.POSITIVE_INFINITY;
  const curve = [{ fromMicros: 0, untilMicros, fromPerSecond: perSecond, toPerSecond: perSecond }];
  return { curve, arrivals: 'constant', phase, seed: 0 };
}
