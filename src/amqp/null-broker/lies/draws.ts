import type { Random } from '../../../base/random.js';

/** Splitmix's step: 2^32 divided by the golden ratio. */
const step = 0x9e37_79b9;

/**
 * Draws for one occasion, which depend on nothing but the numbers that name it: so what is drawn for
 * a message does not change with the order in which sockets happen to be read.
 */
export class Draws implements Random {
  #state: number;

  constructor(...occasion: readonly number[]) {
    this.#state = occasion.reduce((state, number) => mix((state + step) ^ number), 0);
  }

  /** Whether something happens that does in this share of cases, 0 … 1. */
  happens(share: number): boolean {
    return this.#next() < share;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** One of these; there must be one. */
  oneOf<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  #next(): number {
    this.#state = (this.#state + step) | 0;
    return mix(this.#state) / 2 ** 32;
  }
}

/** Spreads every bit over all others; murmur3's finalizer. */
function mix(number: number): number {
  let mixed = number >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
