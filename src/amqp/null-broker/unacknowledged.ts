/** Who has to hear that a delivery of his was settled. */
export interface Holder {
  /** Deliveries that are not settled. */
  unacknowledged: number;
  /** Called after `unacknowledged` went down; never for a message of its own. */
  onSettled(entry: number, outcome: Outcome): void;
}

/**
 * What the client said, or what the end of its channel says, of a delivery; `forgotten` only by a
 * broker that lies.
 */
export type Outcome = 'acknowledged' | 'requeued' | 'dropped' | 'forgotten';

const smallest = 64;
/** What is kept when nothing is outstanding. */
const keptMax = 65_536;

/**
 * Counts the deliveries of one channel, and keeps those that are not settled in the order of their
 * tags. Settled ones leave holes, which are squeezed out when the arrays are full: so one delivery that
 * is never settled does not make them grow.
 */
export class Unacknowledged {
  #tags = new Float64Array(smallest);
  #entries = new Uint32Array(smallest);
  #holders: (Holder | undefined)[] = new Array<Holder | undefined>(smallest).fill(undefined);
  #first = 0;
  #end = 0;
  #count = 0;
  #lastTag = 0;

  /** The tag of a delivery that needs no acknowledgement; the first is 1. */
  nextTag(): number {
    return ++this.#lastTag;
  }

  /** The tag of a delivery that the holder has until it is settled. */
  add(holder: Holder, entry: number): number {
    const tag = ++this.#lastTag;
    if (this.#end === this.#tags.length) this.#makeRoom();
    this.#tags[this.#end] = tag;
    this.#entries[this.#end] = entry;
    this.#holders[this.#end] = holder;
    this.#end++;
    this.#count++;
    holder.unacknowledged++;
    return tag;
  }

  /**
   * Settles the delivery with this tag, with `multiple` also all earlier ones, or all there are when
   * the tag is 0; tells how many that were: 0 when there is none with this tag.
   */
  settle(tag: number, multiple: boolean, outcome: Outcome): number {
    const index = multiple && tag === 0 ? this.#end - 1 : this.#indexOf(tag);
    if (index < this.#first) return 0;
    const before = this.#count;
    // From the last to the first: each that is requeued goes to its queue's front.
    const first = multiple ? this.#first : index;
    for (let i = index; i >= first; i--) this.#settleAt(i, outcome);
    this.#skipHoles();
    return before - this.#count;
  }

  #settleAt(index: number, outcome: Outcome): void {
    const holder = this.#holders[index];
    if (holder === undefined) return;
    this.#holders[index] = undefined;
    this.#count--;
    holder.unacknowledged--;
    holder.onSettled(this.#entries[index] ?? 0, outcome);
  }

  #skipHoles(): void {
    while (this.#first < this.#end && this.#holders[this.#first] === undefined) this.#first++;
    if (this.#first < this.#end) return;
    this.#first = 0;
    this.#end = 0;
    if (this.#tags.length > keptMax) this.#resize(smallest);
  }

  /** −1 when the tag is not there, or settled. */
  #indexOf(tag: number): number {
    let low = this.#first;
    let high = this.#end - 1;
    // Mostly there are no holes, and tags count up by one.
    const guess = low + tag - (this.#tags[low] ?? 0);
    if (guess >= low && guess <= high && this.#tags[guess] === tag) low = high = guess;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#tags[middle] ?? 0) < tag) low = middle + 1;
      else high = middle;
    }
    return this.#tags[low] === tag && this.#holders[low] !== undefined ? low : -1;
  }

  #makeRoom(): void {
    this.#resize(this.#count > this.#tags.length / 2 ? this.#tags.length * 2 : this.#tags.length);
  }

  /** Squeezes the holes out. */
  #resize(size: number): void {
    const [oldTags, oldEntries, oldHolders, end] = [
      this.#tags,
      this.#entries,
      this.#holders,
      this.#end,
    ];
    this.#tags = new Float64Array(size);
    this.#entries = new Uint32Array(size);
    this.#holders = new Array<Holder | undefined>(size).fill(undefined);
    let at = 0;
    for (let i = this.#first; i < end; i++) {
      if (oldHolders[i] === undefined) continue;
      this.#tags[at] = oldTags[i] ?? 0;
      this.#entries[at] = oldEntries[i] ?? 0;
      this.#holders[at] = oldHolders[i];
      at++;
    }
    this.#first = 0;
    this.#end = at;
  }
}
