import type { MessageStore } from './message-store.js';

/** A connection whose socket can be left unread. */
export interface Pausable {
  pauseForFlow(): void;
  resumeFromFlow(): void;
}

/** Reading goes on when messages take this part of what they may. */
const resumeShare = 0.75;

/**
 * Back-pressure: while queues hold more than the limit, connections that publish are not read, as
 * RabbitMQ does in its flow control. Each is paused after the read with which it published.
 */
export class Flow {
  readonly #store: MessageStore;
  readonly #limitBytes: number;
  readonly #paused = new Set<Pausable>();

  constructor(store: MessageStore, limitBytes: number) {
    this.#store = store;
    this.#limitBytes = limitBytes;
  }

  afterPublishing(connection: Pausable): void {
    if (this.#store.heldBytes <= this.#limitBytes || this.#paused.has(connection)) return;
    this.#paused.add(connection);
    connection.pauseForFlow();
  }

  /** Lets publishers go on once consumers have caught up. */
  update(): void {
    if (this.#paused.size === 0) return;
    if (this.#store.heldBytes > this.#limitBytes * resumeShare) return;
    const paused = [...this.#paused];
    this.#paused.clear();
    for (const connection of paused) connection.resumeFromFlow();
  }

  forget(connection: Pausable): void {
    this.#paused.delete(connection);
  }
}
