import type { Clock } from '../base/clock.js';
import type { Alarm } from './alarm.js';

/** A place at a pacer. */
export interface Seat {
  /** Asks to be woken at a moment, µs of the shared clock; only the last one asked for counts. */
  wakeAt(micros: number): void;
}

/** Nobody waits. */
const never = Number.POSITIVE_INFINITY;

/**
 * Wakes the publishers of one thread when they have something to send, all by one alarm. Who is due is
 * found by looking at all of them: even thousands are looked at in microseconds, and nothing is
 * allocated for a waking.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #alarm: Alarm;
  /** Wakings of one thread are at least so far apart, so that they do not fill a processor. */
  readonly #grainMicros: number;
  readonly #wakers: (() => void)[] = [];
  #due = new Float64Array(16).fill(never);
  #alarmMicros = never;
  /** Before this moment nobody is woken again. */
  #earliestMicros = 0;
  #isServing = false;

  constructor(clock: Clock, alarm: Alarm, grainMicros: number) {
    this.#clock = clock;
    this.#alarm = alarm;
    this.#grainMicros = grainMicros;
    alarm.onRing = () => this.#serve();
  }

  join(wake: () => void): Seat {
    const place = this.#wakers.push(wake) - 1;
    if (place === this.#due.length) this.#grow();
    return { wakeAt: (micros) => this.#wakeAt(place, micros) };
  }

  /** How long the event loop turned only to wait, µs in all. */
  get polledMicros(): number {
    return this.#alarm.polledMicros;
  }

  end(): void {
    this.#alarm.end();
  }

  #wakeAt(place: number, micros: number): void {
    this.#due[place] = micros;
    if (!this.#isServing) this.#ringBy(micros);
  }

  /** Wakes everyone who is due, and sets the alarm for whoever is next. */
  #serve(): void {
    const now = this.#clock.nowMicros();
    this.#alarmMicros = never;
    this.#earliestMicros = now + this.#grainMicros;
    this.#isServing = true;
    let next = never;
    for (let place = 0; place < this.#wakers.length; place++) {
      if ((this.#due[place] ?? never) <= now) {
        this.#due[place] = never;
        this.#wakers[place]?.();
      }
      next = Math.min(next, this.#due[place] ?? never);
    }
    this.#isServing = false;
    this.#ringBy(next);
  }

  #ringBy(micros: number): void {
    const ringMicros = Math.max(micros, this.#earliestMicros);
    if (ringMicros >= this.#alarmMicros) return;
    this.#alarmMicros = ringMicros;
    this.#alarm.set(ringMicros);
  }

  #grow(): void {
    const before = this.#due;
    this.#due = new Float64Array(before.length * 2).fill(never);
    this.#due.set(before);
  }
}
