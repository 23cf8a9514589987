import { type Clock, systemClock } from '../../base/clock.js';
import { DelayRecord, type DelaySummary } from './delay-record.js';
import type { Turn } from './turn.js';

/** How a broker finds out that a message has waited long enough. */
export interface Polling {
  readonly clock: Clock;
  /** Calls back in the next turn of the event loop, after sockets had theirs. */
  readonly inNextTurn: (poll: () => void) => void;
}

/** Asks again and again: a timer of Node's may be a whole millisecond late. */
export const systemPolling: Polling = {
  clock: systemClock,
  inNextTurn: (poll) => void setImmediate(poll),
};

/** A queue that keeps its newest messages back. */
export interface Delayed {
  /** The one that waits longest may go. */
  releaseOne(): void;
}

/**
 * Lets every message of a broker wait for the same time, so that they come to their end in the order
 * in which they came. While any waits the event loop is not left to sleep.
 */
export class DeliveryDelay {
  readonly #delayMicros: number;
  readonly #turn: Turn;
  readonly #polling: Polling;
  readonly #record: DelayRecord;
  readonly #waiting: { readonly queue: Delayed; readonly cameMicros: number }[] = [];
  readonly #poll = () => this.#releaseDue();

  constructor(delayMicros: number, turn: Turn, polling: Polling) {
    this.#delayMicros = delayMicros;
    this.#turn = turn;
    this.#polling = polling;
    this.#record = new DelayRecord(delayMicros);
  }

  /** A message has come for the queue, which is told when it may go. */
  add(queue: Delayed): void {
    this.#waiting.push({ queue, cameMicros: this.#polling.clock.nowMicros() });
    if (this.#waiting.length === 1) this.#polling.inNextTurn(this.#poll);
  }

  /** From the moment that a message was read to the one when it was written, if a consumer took it. */
  summarize(): DelaySummary {
    return this.#record.summarize();
  }

  #releaseDue(): void {
    const { clock, inNextTurn } = this.#polling;
    const dueMicros = clock.nowMicros() - this.#delayMicros;
    let count = 0;
    while ((this.#waiting[count]?.cameMicros ?? Number.POSITIVE_INFINITY) <= dueMicros) count++;
    if (count > 0) this.#release(count);
    if (this.#waiting.length > 0) inNextTurn(this.#poll);
  }

  #release(count: number): void {
    const released = this.#waiting.splice(0, count);
    for (const { queue } of released) queue.releaseOne();
    this.#turn.end();
    const now = this.#polling.clock.nowMicros();
    for (const { cameMicros } of released) this.#record.add(now - cameMicros);
  }
}
