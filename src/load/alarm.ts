import type { Clock } from '../base/clock.js';
import { timerMillis } from '../base/sleep.js';

/** Rings once at a moment, or as soon after it as it can: never before. */
export interface Alarm {
  onRing: () => void;
  /** How long the event loop turned for nothing but to wait, µs in all: time in which it was free. */
  readonly polledMicros: number;
  /** µs of the shared clock. Takes the place of what was set before; `Infinity` is never. */
  set(atMicros: number): void;
  /** Never rings again, and lets go of what it holds. */
  end(): void;
}

/** An alarm as good as Node's timers, which count in milliseconds. */
export class TimerAlarm implements Alarm {
  onRing: () => void = () => {};
  readonly polledMicros = 0;
  readonly #clock: Clock;
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  set(atMicros: number): void {
    clearTimeout(this.#timer);
    if (atMicros === Number.POSITIVE_INFINITY) return;
    const waitMillis = Math.ceil((atMicros - this.#clock.nowMicros()) / 1000);
    this.#timer = setTimeout(() => {
      // A timer may fire a little before the clock says that it is due.
      if (this.#clock.nowMicros() < atMicros) this.set(atMicros);
      else this.onRing();
    }, timerMillis(waitMillis));
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
