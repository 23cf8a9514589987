import type { Clock } from '../base/clock.js';
import { timerMillis } from '../base/sleep.js';

/** Called with each delivery when the work on it is done. */
export type Done = (deliveryTag: number, redelivered: boolean) => void;

/** How busy a consumer is with its deliveries. */
export interface Work {
  readonly workMicros: number;
  readonly ratePerSecond: number | undefined;
}

/**
 * Plays a consumer that works on its deliveries one after the other: each is done some time after it
 * came or after the one before was done, and no more of them in a second than the rate. Only time
 * passes: nothing is blocked, so that sockets and heartbeats have theirs.
 */
export class Workbench {
  readonly #workMicros: number;
  readonly #spacingMicros: number;
  readonly #clock: Clock;
  readonly #done: Done;
  #tags: number[] = [];
  #redelivered: boolean[] = [];
  #arrivedMicros: number[] = [];
  #next = 0;
  #lastDoneMicros = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor({ workMicros, ratePerSecond }: Work, clock: Clock, done: Done) {
    this.#workMicros = workMicros;
    this.#spacingMicros = Math.max(
      workMicros,
      ratePerSecond === undefined ? 0 : 1e6 / ratePerSecond,
    );
    this.#clock = clock;
    this.#done = done;
  }

  /** A delivery came. */
  add(deliveryTag: number, redelivered: boolean, arrivedMicros: number): void {
    this.#tags.push(deliveryTag);
    this.#redelivered.push(redelivered);
    this.#arrivedMicros.push(arrivedMicros);
    if (this.#timer === undefined) this.#wakeWhenDone();
  }

  /** Everything is done now. */
  finish(): void {
    this.#stopTimer();
    while (this.#next < this.#tags.length) this.#finishOne();
    this.#forgetDone();
  }

  /** Forgets all work: the deliveries are no longer ours. */
  clear(): void {
    this.#stopTimer();
    this.#next = this.#tags.length;
    this.#forgetDone();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #nextDoneMicros(): number {
    const arrived = this.#arrivedMicros[this.#next] ?? Infinity;
    return Math.max(arrived + this.#workMicros, this.#lastDoneMicros + this.#spacingMicros);
  }

  /** A timer counts whole milliseconds: whatever is due by then is done together. */
  #wakeWhenDone(): void {
    const waitMillis = Math.ceil((this.#nextDoneMicros - this.#clock.nowMicros()) / 1000);
    this.#timer = setTimeout(() => this.#work(), timerMillis(waitMillis));
  }

  #work(): void {
    this.#timer = undefined;
    const now = this.#clock.nowMicros();
    while (this.#next < this.#tags.length && this.#nextDoneMicros <= now) {
      this.#lastDoneMicros = this.#nextDoneMicros;
      this.#finishOne();
    }
    this.#forgetDone();
    if (this.#tags.length > 0) this.#wakeWhenDone();
  }

  #finishOne(): void {
    const at = this.#next++;
    this.#done(this.#tags[at] ?? 0, this.#redelivered[at] ?? false);
  }

  #forgetDone(): void {
    this.#tags.splice(0, this.#next);
    this.#redelivered.splice(0, this.#next);
    this.#arrivedMicros.splice(0, this.#next);
    this.#next = 0;
  }
}
