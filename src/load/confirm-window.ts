/** Called for each message that the broker has spoken of. */
export type Settled = (deliveryTag: number, sentMicros: number, intendedMicros: number) => void;

/**
 * The messages of one channel that await their confirms, with the moments they left at: a ring
 * indexed by delivery tag. It belongs to its channel and dies with it, for tags restart there.
 * Confirms may come out of order and for many at once; each tag settles once.
 */
export class ConfirmWindow {
  readonly #limit: number;
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

  /** Notes the next message of the channel. */
  add(sentMicros: number, intendedMicros: number): void {
    // A straggler at the old end keeps the ring open while later messages come and go.
    if (this.#nextTag - this.#oldestTag === this.#settled.length) this.#grow();
    const slot = this.#slotOf(this.#nextTag++);
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
      settled(tag, this.#sentMicros[slot] ?? 0, this.#intendedMicros[slot] ?? 0);
    }
    while (this.#oldestTag < this.#nextTag && this.#settled[this.#slotOf(this.#oldestTag)] === 1) {
      this.#oldestTag++;
    }
  }

  #slotOf(tag: number): number {
    return tag & (this.#settled.length - 1);
  }

  #grow(): void {
    const capacity = this.#settled.length * 2;
    const sent = new Float64Array(capacity);
    const intended = new Float64Array(capacity);
    const settled = new Uint8Array(capacity);
    for (let tag = this.#oldestTag; tag < this.#nextTag; tag++) {
      const from = this.#slotOf(tag);
      const to = tag & (capacity - 1);
      sent[to] = this.#sentMicros[from] ?? 0;
      intended[to] = this.#intendedMicros[from] ?? 0;
      settled[to] = this.#settled[from] ?? 0;
    }
    this.#sentMicros = sent;
    this.#intendedMicros = intended;
    this.#settled = settled;
  }
}
