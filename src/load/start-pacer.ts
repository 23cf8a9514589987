import type { Clock } from '../base/clock.js';
import { peakPerSecond } from '../plan/rate-curve.js';
import { TimerAlarm } from './alarm.js';
import { Metronome } from './metronome.js';
import { Pacer } from './pacer.js';
import type { PublisherSpec } from './protocol.js';

/** More often than this a thread is not woken, if it may be late by as much. */
const grainMicrosMax = 200;

/** A pacer for the publishers of one thread; without schedules it need not be exact. */
export async function startPacer(
  publishers: readonly PublisherSpec[],
  clock: Clock,
): Promise<Pacer> {
  const isScheduled = publishers.some(({ schedule }) => schedule !== undefined);
  const alarm = isScheduled ? await Metronome.start(clock) : new TimerAlarm(clock);
  return new Pacer(clock, alarm, grainMicros(publishers));
}

/** Half a period of the fastest publisher at its fastest, so that none is ever two messages behind. */
function grainMicros(publishers: readonly PublisherSpec[]): number {
  const peaks = publishers.map(({ schedule }) => (schedule ? peakPerSecond(schedule.curve) : 0));
  return Math.min(grainMicrosMax, 5e5 / Math.max(...peaks));
}
