/** Called for each message that the broker has spoken of. */
export type Settled = (sequence: number, sentMicros: number, intendedMicros: number) => void;

/** Called for each message that the broker can no longer speak of. */
export type Abandoned = (sequence: number, intendedMicros: number) => void;

/**
 * The messages of one channel that await their confirms, with the moments they left at: a ring
 * indexed by delivery tag. Its tags belong to a channel and die with it. Confirms may come out of
 * order and for many at once; each tag settles once.
 */
export class ConfirmWindow {
  readonly #limit: number;
  #sequences: Float64Array;
  #sentMicros: Float64Array;
  #intendedMicros: Float64Array;
  #settled: Uint8Array;
  #oldestTag = 1;
  #nextTag = 1;
  #inFlight = 0;

  /** At most `limit` messages in flight. */
  constructor(limit: number) {
    this.#limit = limit;
    const capacity = 2 ** Math.ceil(Math.log2(limit * 2));
    this.#sequences = new Float64Array(capacity);
    this.#sentMicros = new Float64Array(capacity);
    this.#intendedMicros = new Float64Array(capacity);
    this.#settled = new Uint8Array(capacity);
  }

  get isFull(): boolean {
    return this.#inFlight >= this.#limit;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** The tag of the last message added; 0 before the first. */
  get lastTag(): number {
    return this.#nextTag - 1;
  }

  /** Notes the next message of the channel. */
  add(sequence: number, sentMicros: number, intendedMicros: number): void {
    // A straggler at the old end keeps the ring open while later messages come and go.
    if (this.#nextTag - this.#oldestTag === this.#settled.length) this.#grow();
    const slot = this.#slotOf(this.#nextTag++);
    this.#sequences[slot] = sequence;
    this.#sentMicros[slot] = sentMicros;
    this.#intendedMicros[slot] = intendedMicros;
    this.#settled[slot] = 0;
    this.#inFlight++;
  }

  /** Settles one tag, or with `multiple` every open one up to it; unknown tags are nothing. */
  settle(deliveryTag: number, multiple: boolean, settled: Settled): void {
    const last = Math.min(deliveryTag, this.#nextTag - 1);
    const first = multiple ? this.#oldestTag : Math.max(deliveryTag, this.#oldestTag);
    for (let tag = first; tag <= last; tag++) {
      const slot = this.#slotOf(tag);
      if (this.#settled[slot] === 1) continue;
      this.#settled[slot] = 1;
      this.#inFlight--;
      settled(
        this.#sequences[slot] ?? 0,
        this.#sentMicros[slot] ?? 0,
        this.#intendedMicros[slot] ?? 0,
      );
    }
    while (this.#oldestTag < this.#nextTag && this.#settled[this.#slotOf(this.#oldestTag)] === 1) {
      this.#oldestTag++;
    }
  }

  /** Gives up what is open, oldest first, and begins anew: the channel is gone. */
  abandon(abandoned: Abandoned): void {
    for (let tag = this.#oldestTag; tag < this.#nextTag; tag++) {
      const slot = this.#slotOf(tag);
      if (this.#settled[slot] === 1) continue;
      abandoned(this.#sequences[slot] ?? 0, this.#intendedMicros[slot] ?? 0);
    }
    this.#oldestTag = 1;
    this.#nextTag = 1;
    this.#inFlight = 0;
  }

  #slotOf(tag: number): number {
    return tag & (this.#settled.length - 1);
  }

  #grow(): void {
    const before = {
      sequences: this.#sequences,
      sentMicros: this.#sentMicros,
      intendedMicros: this.#intendedMicros,
      settled: this.#settled,
    };
    const capacity = this.#settled.length * 2;
    this.#sequences = new Float64Array(capacity);
    this.#sentMicros = new Float64Array(capacity);
    this.#intendedMicros = new Float64Array(capacity);
    this.#settled = new Uint8Array(capacity);
    for (let tag = this.#oldestTag; tag < this.#nextTag; tag++) {
      const from = tag & (before.settled.length - 1);
      const to = this.#slotOf(tag);
      this.#sequences[to] = before.sequences[from] ?? 0;
      this.#sentMicros[to] = before.sentMicros[from] ?? 0;
      this.#intendedMicros[to] = before.intendedMicros[from] ?? 0;
      this.#settled[to] = before.settled[from] ?? 0;
    }
  }
}
