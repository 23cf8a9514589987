/** A set of sequences as it crosses a thread boundary: chunk number to its bits, or 'full'. */
export type PlainSequenceSet = ReadonlyMap<number, Uint32Array | 'full'>;

/** Consecutive sequences, both ends included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

const chunkBits = 2 ** 16;
const chunkWords = chunkBits / 32;

interface Chunk {
  /** `undefined` once every bit is set: a full stretch costs a map entry and no memory of its own. */
  bits: Uint32Array | undefined;
  count: number;
}

/**
 * A set of message sequences, exact and small: a bit for each sequence in a stretch that has gaps
 * (8 KiB for 65,536), nothing for a stretch that is complete. Adding allocates once a stretch.
 */
export class SequenceSet {
  readonly #chunks = new Map<number, Chunk>();
  #size = 0;
  #lastNumber = -1;
  #lastChunk: Chunk = { bits: undefined, count: 0 };

  /** The sequences 0 … count − 1. */
  static below(count: number): SequenceSet {
    const set = new SequenceSet();
    const full = Math.floor(count / chunkBits);
    for (let number = 0; number < full; number++) {
      set.#chunks.set(number, { bits: undefined, count: chunkBits });
    }
    set.#size = full * chunkBits;
    for (let sequence = set.#size; sequence < count; sequence++) set.add(sequence);
    return set;
  }

  static fromPlain(plain: PlainSequenceSet): SequenceSet {
    const set = new SequenceSet();
    for (const [number, bits] of plain) {
      const count = bits === 'full' ? chunkBits : countBits(bits);
      set.#chunks.set(number, { bits: bits === 'full' ? undefined : bits, count });
      set.#size += count;
    }
    return set;
  }

  /** For postMessage: maps and typed arrays survive structured cloning, classes do not. */
  toPlain(): PlainSequenceSet {
    return new Map([...this.#chunks].map(([number, { bits }]) => [number, bits ?? 'full']));
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one sequence; false when it was there already. */
  add(sequence: number): boolean {
    const chunk = this.#chunkAt(Math.floor(sequence / chunkBits));
    if (chunk.bits === undefined) return false;
    const bit = sequence % chunkBits;
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const before = chunk.bits[word] ?? 0;
    if ((before & mask) !== 0) return false;
    chunk.bits[word] = before | mask;
    chunk.count++;
    this.#size++;
    if (chunk.count === chunkBits) chunk.bits = undefined;
    return true;
  }

  has(sequence: number): boolean {
    const chunk = this.#chunks.get(Math.floor(sequence / chunkBits));
    if (chunk === undefined) return false;
    const bit = sequence % chunkBits;
    return chunk.bits === undefined || ((chunk.bits[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  /** Adds all of `other`; returns how many of them were here already. */
  addAll(other: SequenceSet): number {
    const before = this.#size;
    for (const [number, { bits }] of other.#chunks) {
      const chunk = this.#chunkAt(number);
      this.#size -= chunk.count;
      for (let word = 0; chunk.bits !== undefined && word < chunkWords; word++) {
        chunk.bits[word] = (chunk.bits[word] ?? 0) | wordOf(bits, word);
      }
      chunk.count = chunk.bits === undefined ? chunkBits : countBits(chunk.bits);
      if (chunk.count === chunkBits) chunk.bits = undefined;
      this.#size += chunk.count;
    }
    return before + other.#size - this.#size;
  }

  /** What is here and not in `other`, as ascending ranges. */
  minus(other: SequenceSet): SequenceRange[] {
    const ranges: { first: number; last: number }[] = [];
    for (const number of [...this.#chunks.keys()].sort((a, b) => a - b)) {
      const ours = this.#chunks.get(number)?.bits;
      const theirs = other.#chunks.get(number);
      if (theirs !== undefined && theirs.bits === undefined) continue;
      for (let word = 0; word < chunkWords; word++) {
        const rest = wordOf(ours, word) & ~(theirs?.bits?.[word] ?? 0);
        if (rest !== 0) appendBits(ranges, rest, number * chunkBits + word * 32);
      }
    }
    return ranges;
  }

  #chunkAt(number: number): Chunk {
    if (number === this.#lastNumber) return this.#lastChunk;
    let chunk = this.#chunks.get(number);
    if (chunk === undefined) {
      chunk = { bits: new Uint32Array(chunkWords), count: 0 };
      this.#chunks.set(number, chunk);
    }
    this.#lastNumber = number;
    this.#lastChunk = chunk;
    return chunk;
  }
}

const allBits = 0xffff_ffff;

function wordOf(bits: Uint32Array | undefined, word: number): number {
  return bits === undefined ? allBits : (bits[word] ?? 0);
}

/** Appends the sequences `base + bit` of the bits set in `word`, lengthening the last range. */
function appendBits(ranges: { first: number; last: number }[], word: number, base: number): void {
  for (let bit = 0; bit < 32; bit++) {
    if (((word >>> bit) & 1) === 0) continue;
    const open = ranges.at(-1);
    if (open?.last === base + bit - 1) open.last = base + bit;
    else ranges.push({ first: base + bit, last: base + bit });
  }
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (let rest of words) for (; rest !== 0; rest &= rest - 1) count++;
  return count;
}
