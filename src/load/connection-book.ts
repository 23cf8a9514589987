import type { Clock } from '../base/clock.js';
import { columnOf } from '../measure/counters.js';
import { type Blockage, type Outage, outagesMax } from './protocol.js';

/** What the connections of one thread went through, told when the trial is over. */
export interface ConnectionRecord {
  readonly outages: readonly Outage[];
  readonly furtherOutages: number;
  readonly blockages: readonly Blockage[];
}

interface OpenOutage extends Outage {
  restoredMicros: number | undefined;
  attempts: number;
}

interface OpenBlockage extends Blockage {
  untilMicros: number | undefined;
}

/**
 * Notes when connections of one thread are lost, remade, blocked and unblocked, and keeps the counters
 * of those that are down or blocked now. There is a connection for each id.
 */
export class ConnectionBook {
  readonly #clock: Clock;
  readonly #counters: Float64Array;
  readonly #outages: OpenOutage[] = [];
  readonly #blockages: OpenBlockage[] = [];
  readonly #down = new Map<number, OpenOutage>();
  readonly #blocked = new Map<number, OpenBlockage>();
  #furtherOutages = 0;

  constructor(clock: Clock, counters: Float64Array) {
    this.#clock = clock;
    this.#counters = counters;
  }

  onLost(id: number, reason: string, inDoubt: number): void {
    this.onUnblocked(id);
    const lostMicros = this.#clock.nowMicros();
    const outage = { id, reason, lostMicros, restoredMicros: undefined, attempts: 0, inDoubt };
    if (this.#outages.length < outagesMax) this.#outages.push(outage);
    else this.#furtherOutages++;
    this.#down.set(id, outage);
    this.#count('down', this.#down.size);
  }

  onAttempt(id: number): void {
    // An attempt before it may have been told so, and then failed.
    this.onUnblocked(id);
    const outage = this.#down.get(id);
    if (outage) outage.attempts++;
  }

  onRestored(id: number): void {
    const outage = this.#down.get(id);
    if (outage) outage.restoredMicros = this.#clock.nowMicros();
    this.#down.delete(id);
    this.#count('down', this.#down.size);
  }

  /** It is not waited for any longer. */
  onGivenUp(id: number): void {
    this.#down.delete(id);
    this.#count('down', this.#down.size);
  }

  onBlocked(id: number, reason: string): void {
    if (this.#blocked.has(id)) return;
    const sinceMicros = this.#clock.nowMicros();
    const blockage = { id, reason, sinceMicros, untilMicros: undefined };
    this.#blockages.push(blockage);
    this.#blocked.set(id, blockage);
    this.#count('blocked', this.#blocked.size);
  }

  onUnblocked(id: number): void {
    const blockage = this.#blocked.get(id);
    if (blockage) blockage.untilMicros = this.#clock.nowMicros();
    this.#blocked.delete(id);
    this.#count('blocked', this.#blocked.size);
  }

  record(): ConnectionRecord {
    return {
      outages: this.#outages,
      furtherOutages: this.#furtherOutages,
      blockages: this.#blockages,
    };
  }

  #count(what: 'down' | 'blocked', count: number): void {
    this.#counters[columnOf[what]] = count;
  }
}
