import { systemClock } from '../../base/clock.js';

/**
 * Blocks this thread, and with it everything that it reads and writes; tells how long it really was,
 * in µs.
 */
export function standStill(lengthMicros: number): number {
  const begin = systemClock.nowMicros();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lengthMicros / 1000);
  return systemClock.nowMicros() - begin;
}
