import { uint16At, uint32At } from '../../../base/big-endian.js';
import type { MessageStore } from '../message-store.js';
import { Refusal } from '../refusal.js';
import { stampBytes } from '../source-stamp.js';
import { MessageView } from '../stored-message.js';
import { Draws } from './draws.js';
import { drawFate, type Fate, type Misfortune } from './fate.js';
import type { Lies } from './lies.js';
import type { LogEntry, StampedMessage } from './log.js';

/** What may be drawn for; each number names one kind of occasion. */
const occasions = {
  arrival: 1,
  commit: 2,
  delivery: 3,
  duplicate: 4,
  ending: 5,
  block: 6,
  confirms: 7,
} as const;

/** What all connections of a lying broker share: the fates of messages, and the truth about them. */
export class Liar {
  readonly lies: Lies;
  readonly log: LogEntry[] = [];
  readonly #view: MessageView;
  readonly #arrivals = new Map<number, number>();
  readonly #delivered = new Set<number>();
  /** By reference, for all messages that are stored; what has come to pass is taken out. */
  readonly #fates = new Map<number, Fate>();
  #confirmingChannels = 0;

  constructor(lies: Lies, store: MessageStore) {
    this.lies = lies;
    this.#view = new MessageView(store);
  }

  /** The stored message, which must have a stamp. */
  messageAt(reference: number): StampedMessage {
    const { bytes, body, bodyBytes } = this.#view.look(reference);
    if (bodyBytes < stampBytes) {
      throw new Refusal(406, `a body of ${bodyBytes} bytes has no stamp; lies need one`);
    }
    return { publisher: uint16At(bytes, body), sequence: uint32At(bytes, body + 2) };
  }

  /** Draws for a message that has come in. A message that is sent again has another fate. */
  drawFate(reference: number): Fate {
    const message = this.messageAt(reference);
    const key = keyOf(message);
    const arrival = this.#arrivals.get(key) ?? 0;
    this.#arrivals.set(key, arrival + 1);
    const fate = drawFate(this.lies, this.drawsFor('arrival', message, arrival));
    this.#fates.set(reference, fate);
    return fate;
  }

  fateOf(reference: number): Fate {
    return this.#fates.get(reference) ?? new Set();
  }

  /** Whether this is still to happen to the stored message; from now on it is not. */
  isDue(reference: number, misfortune: Misfortune): boolean {
    const fate = this.fateOf(reference);
    if (!fate.has(misfortune)) return false;
    this.#fates.set(reference, new Set([...fate].filter((one) => one !== misfortune)));
    return true;
  }

  /** A stored message of the broker's own making, to which nothing more shall happen. */
  spare(reference: number): void {
    this.#fates.delete(reference);
  }

  /** Tells whether the message is delivered for the first time. */
  isFirstDelivery(message: StampedMessage): boolean {
    const key = keyOf(message);
    if (this.#delivered.has(key)) return false;
    this.#delivered.add(key);
    return true;
  }

  /** For the `times`-th occasion of this kind in the message's life. */
  drawsFor(
    occasion: keyof typeof occasions,
    { publisher, sequence }: StampedMessage,
    times = 0,
  ): Draws {
    return new Draws(this.lies.seed, occasions[occasion], publisher, sequence, times);
  }

  /** For one channel's order of confirming, which is its own. */
  drawsForConfirms(): Draws {
    return new Draws(this.lies.seed, occasions.confirms, this.#confirmingChannels++);
  }
}

function keyOf({ publisher, sequence }: StampedMessage): number {
  return publisher * 2 ** 32 + sequence;
}
