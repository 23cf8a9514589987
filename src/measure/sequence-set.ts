import { Runs, type SequenceRange } from './runs.js';

/** A set of sequences as it crosses a thread boundary: complete stretches, and the bits of the others. */
export interface PlainSequenceSet {
  readonly full: readonly SequenceRange[];
  readonly open: ReadonlyMap<number, Uint32Array>;
}

const stretchBits = 2 ** 16;
const stretchWords = stretchBits / 32;
const allBits = 0xffff_ffff;
const fullBits = new Uint32Array(stretchWords).fill(allBits);

interface Stretch {
  readonly bits: Uint32Array;
  count: number;
}

/**
 * A set of message sequences, exact and small: a bit for each sequence in a stretch that has gaps
 * (8 KiB for 65,536), and next to nothing for all complete stretches that follow on each other.
 * Adding allocates once a stretch.
 */
export class SequenceSet {
  /** By their number: stretch n holds the sequences from n × 65,536. */
  readonly #open = new Map<number, Stretch>();
  readonly #full = new Runs();
  #size = 0;
  #lastNumber = -1;
  #lastStretch: Stretch = { bits: fullBits, count: stretchBits };

  /** The sequences 0 … count − 1. */
  static below(count: number): SequenceSet {
    const set = new SequenceSet();
    const full = Math.floor(count / stretchBits);
    if (full > 0) set.#full.addRun(0, full - 1);
    set.#size = full * stretchBits;
    for (let sequence = set.#size; sequence < count; sequence++) set.add(sequence);
    return set;
  }

  static fromPlain({ full, open }: PlainSequenceSet): SequenceSet {
    const set = new SequenceSet();
    for (const { first, last } of full) {
      set.#full.addRun(first, last);
      set.#size += (last - first + 1) * stretchBits;
    }
    for (const [number, bits] of open) set.#put(number, bits);
    return set;
  }

  /** For postMessage: maps and typed arrays survive structured cloning, classes do not. */
  toPlain(): PlainSequenceSet {
    const open = [...this.#open].map(([number, { bits }]) => [number, bits] as const);
    return { full: this.#full.toRanges(), open: new Map(open) };
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one sequence; false when it was there already. */
  add(sequence: number): boolean {
    const number = Math.floor(sequence / stretchBits);
    const stretch = number === this.#lastNumber ? this.#lastStretch : this.#find(number);
    const bit = sequence % stretchBits;
    const word = bit >>> 5;
    const mask = 1 << (bit & 31);
    const before = stretch.bits[word] ?? 0;
    if ((before & mask) !== 0) return false;
    stretch.bits[word] = before | mask;
    stretch.count++;
    this.#size++;
    if (stretch.count === stretchBits) this.#close(number);
    return true;
  }

  has(sequence: number): boolean {
    const bits = this.#bitsOf(Math.floor(sequence / stretchBits));
    const bit = sequence % stretchBits;
    return ((bits?.[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
  }

  /** Adds all of `other`. */
  addAll(other: SequenceSet): void {
    for (const number of other.#numbers()) {
      if (this.#full.has(number)) continue;
      if (other.#full.has(number)) {
        this.#remove(number);
        this.#put(number, fullBits);
        continue;
      }
      const bits = combine(this.#bitsOf(number), other.#bitsOf(number), (a, b) => a | b);
      this.#remove(number);
      this.#put(number, bits);
    }
  }

  /** What is here and in `other`. */
  intersection(other: SequenceSet): SequenceSet {
    return this.#combined(other, (a, b) => a & b);
  }

  /** What is here and not in `other`. */
  without(other: SequenceSet): SequenceSet {
    return this.#combined(other, (a, b) => a & ~b);
  }

  /** What is here of a range, which may go on for ever. */
  between({ first, last }: SequenceRange): SequenceSet {
    const part = new SequenceSet();
    for (const number of this.#numbers()) {
      const begin = number * stretchBits;
      const end = begin + stretchBits - 1;
      if (end < first || begin > last) continue;
      const bits = Uint32Array.from(this.#bitsOf(number) ?? []);
      clearBits(bits, 0, first - begin);
      clearBits(bits, last - begin + 1, stretchBits);
      part.#put(number, bits);
    }
    return part;
  }

  /** The first ranges of the set, ascending, and no more of them than `limit`. */
  ranges(limit = Infinity): SequenceRange[] {
    const ranges: { first: number; last: number }[] = [];
    for (const number of this.#numbers().sort((a, b) => a - b)) {
      const bits = this.#bitsOf(number);
      for (let word = 0; word < stretchWords; word++) {
        const rest = bits?.[word] ?? 0;
        if (rest !== 0) appendBits(ranges, rest, number * stretchBits + word * 32);
      }
      // The last of them may go on in the next stretch.
      if (ranges.length > limit) break;
    }
    return ranges.slice(0, limit);
  }

  /** What a bitwise operation makes of stretches here and in `other`, absent ones there being zeros. */
  #combined(other: SequenceSet, bitwise: (a: number, b: number) => number): SequenceSet {
    const set = new SequenceSet();
    for (const number of this.#numbers()) {
      const ours = this.#bitsOf(number);
      const theirs = other.#bitsOf(number);
      const isUniform = ours === fullBits && (theirs === fullBits || theirs === undefined);
      if (!isUniform) set.#put(number, combine(ours, theirs, bitwise));
      else if (bitwise(allBits, theirs ? allBits : 0) !== 0) set.#put(number, fullBits);
    }
    return set;
  }

  /** Of all stretches that have sequences here. */
  #numbers(): number[] {
    const numbers = [...this.#open.keys()];
    for (const { first, last } of this.#full.toRanges()) {
      for (let number = first; number <= last; number++) numbers.push(number);
    }
    return numbers;
  }

  #bitsOf(number: number): Uint32Array | undefined {
    return this.#open.get(number)?.bits ?? (this.#full.has(number) ? fullBits : undefined);
  }

  #find(number: number): Stretch {
    let stretch = this.#open.get(number);
    if (stretch === undefined) {
      if (this.#full.has(number)) return { bits: fullBits, count: stretchBits };
      stretch = { bits: new Uint32Array(stretchWords), count: 0 };
      this.#open.set(number, stretch);
    }
    this.#lastNumber = number;
    this.#lastStretch = stretch;
    return stretch;
  }

  #close(number: number): void {
    this.#open.delete(number);
    this.#full.addRun(number, number);
    this.#lastNumber = -1;
  }

  #remove(number: number): void {
    this.#size -= this.#open.get(number)?.count ?? 0;
    this.#open.delete(number);
    this.#lastNumber = -1;
  }

  /** Takes in a stretch that is not here yet. */
  #put(number: number, bits: Uint32Array): void {
    const count = bits === fullBits ? stretchBits : countBits(bits);
    if (count === stretchBits) this.#full.addRun(number, number);
    else if (count > 0) this.#open.set(number, { bits, count });
    this.#size += count;
  }
}

function combine(
  one: Uint32Array | undefined,
  other: Uint32Array | undefined,
  bitwise: (a: number, b: number) => number,
): Uint32Array {
  const bits = new Uint32Array(stretchWords);
  for (let i = 0; i < stretchWords; i++) bits[i] = bitwise(one?.[i] ?? 0, other?.[i] ?? 0);
  return bits;
}

/** Appends the sequences `base + bit` of the bits set in `word`, lengthening the last range. */
function appendBits(ranges: { first: number; last: number }[], word: number, base: number): void {
  if (word === allBits) {
    appendRange(ranges, base, base + 31);
    return;
  }
  for (let bit = 0; bit < 32; bit++) {
    if (((word >>> bit) & 1) !== 0) appendRange(ranges, base + bit, base + bit);
  }
}

function appendRange(ranges: { first: number; last: number }[], first: number, last: number): void {
  const open = ranges.at(-1);
  if (open?.last === first - 1) open.last = last;
  else ranges.push({ first, last });
}

/** Clears the bits from one to, not including, another; those that do not exist are clear. */
function clearBits(bits: Uint32Array, from: number, to: number): void {
  for (let bit = Math.max(0, from); bit < Math.min(to, stretchBits); bit++) {
    bits[bit >>> 5] = (bits[bit >>> 5] ?? 0) & ~(1 << (bit & 31));
  }
}

function countBits(words: Uint32Array): number {
  let count = 0;
  for (let rest of words) for (; rest !== 0; rest &= rest - 1) count++;
  return count;
}
