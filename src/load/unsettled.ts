import { ConfirmWindow, type Settled } from './confirm-window.js';

/** A message in doubt, to be sent again. */
export interface Doubtful {
  readonly sequence: number;
  readonly intendedMicros: number;
}

/**
 * The messages of one publisher of which the broker has not spoken, and may yet: those under way on
 * its channel, and those that a lost channel left in doubt, to be sent again on the next one.
 */
export class Unsettled {
  readonly #window: ConfirmWindow;
  readonly #keepsDoubtful: boolean;
  /** The oldest comes first; those before `#next` were sent again. */
  #doubtful: Doubtful[] = [];
  #next = 0;

  /** At most `limit` messages under way; without `keepsDoubtful`, none is left to be sent again. */
  constructor(limit: number, keepsDoubtful: boolean) {
    this.#window = new ConfirmWindow(limit);
    this.#keepsDoubtful = keepsDoubtful;
  }

  get isFull(): boolean {
    return this.#window.isFull;
  }

  get underWay(): number {
    return this.#window.inFlight;
  }

  get count(): number {
    return this.#window.inFlight + this.#doubtful.length - this.#next;
  }

  /** Notes a message that leaves. */
  add(sequence: number, sentMicros: number, intendedMicros: number): void {
    this.#window.add(sequence, sentMicros, intendedMicros);
  }

  settle(deliveryTag: number, multiple: boolean, settled: Settled): void {
    this.#window.settle(deliveryTag, multiple, settled);
  }

  settleAll(settled: Settled): void {
    this.#window.settle(this.#window.lastTag, true, settled);
  }

  /** The channel is gone, and its tags with it; tells how many messages are in doubt for it. */
  onChannelLost(): number {
    const lost: Doubtful[] = [];
    this.#window.abandon((sequence, intendedMicros) => lost.push({ sequence, intendedMicros }));
    if (this.#keepsDoubtful) {
      this.#doubtful = [...lost, ...this.#doubtful.slice(this.#next)];
      this.#next = 0;
    }
    return lost.length;
  }

  /** The next message to be sent again. */
  get doubtful(): Doubtful | undefined {
    return this.#doubtful[this.#next];
  }

  /** It is sent. */
  takeDoubtful(): void {
    this.#next++;
    if (this.#next < this.#doubtful.length) return;
    this.#doubtful = [];
    this.#next = 0;
  }
}
