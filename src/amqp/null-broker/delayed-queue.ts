import type { Delayed, DeliveryDelay } from './delivery-delay.js';
import { MessageQueue, type QueueProperties } from './message-queue.js';
import type { MessageStore } from './message-store.js';
import type { Turn } from './turn.js';

/**
 * A queue whose messages wait before they are handed out; one that comes back from a consumer does
 * not wait again.
 */
export class DelayedQueue extends MessageQueue implements Delayed {
  readonly #delay: DeliveryDelay;
  readonly #turn: Turn;
  /** Messages that are gone, but for which the delay still waits. */
  #purged = 0;

  constructor(
    name: string,
    properties: QueueProperties,
    shared: {
      readonly store: MessageStore;
      readonly turn: Turn;
      readonly delay: DeliveryDelay;
    },
  ) {
    super(name, properties, shared);
    this.#delay = shared.delay;
    this.#turn = shared.turn;
  }

  override push(reference: number): void {
    super.push(reference);
    this.withheld++;
    this.#delay.add(this);
  }

  override purge(): number {
    this.#purged += this.withheld;
    return super.purge();
  }

  releaseOne(): void {
    if (this.#purged > 0) {
      this.#purged--;
      return;
    }
    this.withheld--;
    this.#turn.wake(this);
  }
}
