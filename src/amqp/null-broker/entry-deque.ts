const smallest = 16;
/** An empty queue keeps no more room than this. */
const keptMax = 4096;

/**
 * A queue's entries in their order. An entry is a message's reference × 2, + 1 when the message was
 * delivered before.
 */
export class EntryDeque {
  #entries = new Uint32Array(smallest);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  pushBack(entry: number): void {
    if (this.#length === this.#entries.length) this.#grow();
    this.#entries[(this.#first + this.#length) & (this.#entries.length - 1)] = entry;
    this.#length++;
  }

  pushFront(entry: number): void {
    if (this.#length === this.#entries.length) this.#grow();
    this.#first = (this.#first - 1) & (this.#entries.length - 1);
    this.#entries[this.#first] = entry;
    this.#length++;
  }

  /** Only to be called when there is one. */
  shift(): number {
    const entry = this.#entries[this.#first] ?? 0;
    this.#first = (this.#first + 1) & (this.#entries.length - 1);
    this.#length--;
    if (this.#length === 0) this.#startAnew();
    return entry;
  }

  /** Lets the last two change places; only to be called when there are two. */
  swapLast(): void {
    const mask = this.#entries.length - 1;
    const last = (this.#first + this.#length - 1) & mask;
    const before = (last - 1) & mask;
    const entry = this.#entries[last] ?? 0;
    this.#entries[last] = this.#entries[before] ?? 0;
    this.#entries[before] = entry;
  }

  #startAnew(): void {
    this.#first = 0;
    if (this.#entries.length > keptMax) this.#entries = new Uint32Array(smallest);
  }

  #grow(): void {
    const { length } = this.#entries;
    const larger = new Uint32Array(length * 2);
    larger.set(this.#entries.subarray(this.#first));
    larger.set(this.#entries.subarray(0, this.#first), length - this.#first);
    this.#entries = larger;
    this.#first = 0;
  }
}

/** The entry of a message that was never delivered. */
export function entryOf(reference: number): number {
  return reference * 2;
}

/** The message. */
export function referenceOf(entry: number): number {
  return entry >>> 1;
}

/** Whether the message was delivered before. */
export function isRedelivered(entry: number): boolean {
  return (entry & 1) === 1;
}

/** The entry of the same message, delivered now. */
export function redelivered(entry: number): number {
  return (entry | 1) >>> 0;
}
