import { vi } from 'vitest';
import type { Clock } from '../../src/base/clock.js';

/**
 * A clock that follows vitest's fake time, which begins at 0 when the clock is made. Timers fire at
 * whole milliseconds, a `setImmediate` one millisecond later (fake timers know no shorter wait);
 * `aheadMicros` is what this clock reads beyond them.
 */
export class FakeClock implements Clock {
  aheadMicros = 0;

  constructor() {
    vi.useFakeTimers({ now: 0 });
  }

  nowMicros(): number {
    return Date.now() * 1000 + this.aheadMicros;
  }

  /** Lets time pass up to `millis`, and with it timers and what awaits them. */
  async advanceTo(millis: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(millis - Date.now());
  }

  /** Lets happen what awaits nothing but its turn. */
  async settle(): Promise<void> {
    await vi.advanceTimersByTimeAsync(0);
  }
}
