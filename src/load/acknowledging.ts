import type { LoadConsumer } from '../amqp/load-client.js';
import type { ConsumerSpec } from './protocol.js';

/** How one consumer settles what is delivered: one by one or many at once, a share of it given back. */
export class Acknowledging {
  readonly #every: number;
  readonly #nackShare: number;
  readonly #requeue: boolean;
  #unacknowledged = 0;
  #lastTag = 0;
  #firstTimers = 0;
  #nacked = 0;

  constructor({ nackShare, requeue }: ConsumerSpec, every: number) {
    this.#every = every;
    this.#nackShare = nackShare;
    this.#requeue = requeue;
  }

  /** The consumer is done with a delivery. */
  settle(line: LoadConsumer, tag: number, redelivered: boolean): void {
    // What was given back once is not given back again, or it might go to and fro for ever.
    if (this.#nackShare > 0 && !redelivered && this.#isGivenBack()) {
      line.reject(tag, { multiple: false, requeue: this.#requeue });
      return;
    }
    // A tag that was rejected must not be the last of many acknowledged: the broker would not know it.
    this.#lastTag = tag;
    this.#unacknowledged++;
    if (this.#unacknowledged >= this.#every) this.settleRest(line);
  }

  /** Spreads the share evenly over the messages. */
  #isGivenBack(): boolean {
    this.#firstTimers++;
    // A third of three is one, although their product in floating point is less.
    const due = Math.floor(this.#firstTimers * this.#nackShare + 1e-9);
    if (due === this.#nacked) return false;
    this.#nacked = due;
    return true;
  }

  /** Acknowledges what waits for its company. */
  settleRest(line: LoadConsumer): void {
    if (this.#unacknowledged > 0) line.acknowledge(this.#lastTag, this.#unacknowledged > 1);
    this.#unacknowledged = 0;
  }

  /** The channel is gone, and with it every tag. */
  onChannelLost(): void {
    this.#unacknowledged = 0;
  }
}
