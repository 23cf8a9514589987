import { limits } from './limits.js';
import type { Route } from './publish-route.js';
import { Refusal } from './refusal.js';

/** A message that was taken in, but not yet put into queues. */
export interface Unrouted {
  readonly route: Route;
  /** 0 when the message was only counted. */
  readonly reference: number;
  readonly storedBytes: number;
}

/** What one channel published since its last commit. Acknowledgements do not wait for a commit here. */
export class Transaction {
  #messages: Unrouted[] = [];

  add(message: Unrouted): void {
    if (this.#messages.length >= limits.uncommittedMessages) {
      throw new Refusal(506, `more than ${limits.uncommittedMessages} messages in a transaction`);
    }
    this.#messages.push(message);
  }

  /** Gives all messages out, in order, and begins anew. */
  take(): readonly Unrouted[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }
}
