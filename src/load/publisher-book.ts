import { SequenceBag } from '../measure/sequence-bag.js';
import { SequenceSet } from '../measure/sequence-set.js';
import { SequenceTimes } from '../measure/sequence-times.js';
import type { PlainPublisherAccount } from './protocol.js';

/** What one publisher knows of its own messages. */
export class PublisherBook {
  readonly #publisher: number;
  readonly #confirmed = new SequenceSet();
  readonly #returned = new SequenceSet();
  readonly #republished = SequenceBag.empty();
  readonly #sentAt = new SequenceTimes();
  #published = 0;
  #nacked = 0;
  #givenUp = 0;

  constructor(publisher: number) {
    this.#publisher = publisher;
  }

  /** How many there are, and the sequence of the next one. */
  get published(): number {
    return this.#published;
  }

  /** Notes when the messages from the next one on are sent. */
  onSending(nowMicros: number): void {
    this.#sentAt.note(this.#published, nowMicros);
  }

  onPublished(): void {
    this.#published++;
  }

  onRepublished(sequence: number): void {
    this.#republished.add(sequence);
  }

  onConfirmed(sequence: number): void {
    this.#confirmed.add(sequence);
  }

  onNacked(): void {
    this.#nacked++;
  }

  onReturned(sequence: number): void {
    this.#returned.add(sequence);
  }

  /** So many messages are in doubt, and stay so. */
  onGivenUp(count: number): void {
    this.#givenUp += count;
  }

  /** `awaited` is how many messages still wait for the broker's word. */
  account(awaited: number): PlainPublisherAccount {
    return {
      publisher: this.#publisher,
      published: this.#published,
      confirmed: this.#confirmed.toPlain(),
      nacked: this.#nacked,
      returned: this.#returned.toPlain(),
      republished: this.#republished.toPlain(),
      inDoubt: this.#givenUp + awaited,
      sentAt: this.#sentAt.toPlain(),
    };
  }
}
