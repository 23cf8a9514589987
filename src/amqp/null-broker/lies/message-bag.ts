import type { StampedMessage } from './log.js';

/** Messages, each as often as it was added. */
export class MessageBag {
  readonly #counts = new Map<number, Map<number, number>>();
  /** How many were added, each as often as it was. */
  total = 0;

  add({ publisher, sequence }: StampedMessage, times = 1): void {
    const counts = this.#counts.get(publisher) ?? new Map<number, number>();
    this.#counts.set(publisher, counts);
    counts.set(sequence, (counts.get(sequence) ?? 0) + times);
    this.total += times;
  }

  count({ publisher, sequence }: StampedMessage): number {
    return this.#counts.get(publisher)?.get(sequence) ?? 0;
  }

  has(message: StampedMessage): boolean {
    return this.count(message) > 0;
  }

  /** The messages for which this holds, each as often as it is in here. */
  where(holds: (message: StampedMessage) => boolean): MessageBag {
    const chosen = new MessageBag();
    for (const message of this) if (holds(message)) chosen.add(message, this.count(message));
    return chosen;
  }

  /** How many different ones there are. */
  get distinct(): number {
    return [...this.#counts.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Which of this publisher's messages, in the order of their sequences. */
  sequencesOf(publisher: number): number[] {
    return [...(this.#counts.get(publisher)?.keys() ?? [])].sort((a, b) => a - b);
  }

  /** Every different message once, by publisher and sequence. */
  *[Symbol.iterator](): Generator<StampedMessage> {
    for (const publisher of [...this.#counts.keys()].sort((a, b) => a - b)) {
      for (const sequence of this.sequencesOf(publisher)) yield { publisher, sequence };
    }
  }
}
