import fc from 'fast-check';
import type { SequenceRange } from '../../src/measure/runs.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';

/** A set keeps 65,536 sequences in one piece; around the borders of pieces there is most to break. */
export const chunk = 65_536;

/** Sequences close together and around the borders, so that sets meet each other. */
const sequence = fc.oneof(
  fc.nat(70),
  fc.integer({ min: chunk - 40, max: chunk + 40 }),
  fc.integer({ min: 2 * chunk - 40, max: 2 * chunk + 40 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
);

export const few = fc.array(sequence, { maxLength: 100 });

/** Sequences with whole stretches among them: each is a first sequence and a length. */
export const stretches = fc.array(
  fc.record({
    first: fc.constantFrom(0, 1, chunk - 1, chunk, chunk + 33, 2 * chunk),
    length: fc.constantFrom(1, 31, 32, 64, chunk - 1, chunk, chunk + 1),
  }),
  { maxLength: 3 },
);

/** How many sequences the sets have that are full but for holes. */
export const belowCount = 200_000;

/** Holes in a set that is full below that number; each stretch has some, or none. */
export const holes = fc.array(
  fc.oneof(
    fc.nat(70),
    fc.integer({ min: chunk - 3, max: chunk + 3 }),
    fc.integer({ min: 2 * chunk - 3, max: 2 * chunk + 3 }),
    fc.integer({ min: belowCount - 70, max: belowCount - 1 }),
  ),
  { maxLength: 4 },
);

/** All below that number but the holes. */
export function fullBut(missing: readonly number[]): SequenceSet {
  return SequenceSet.below(belowCount).without(setOf(missing));
}

export function listed(parts: readonly { first: number; length: number }[]): number[] {
  return parts.flatMap(({ first, length }) => Array.from({ length }, (_, i) => first + i));
}

export function setOf(sequences: Iterable<number>): SequenceSet {
  const set = new SequenceSet();
  for (const one of sequences) set.add(one);
  return set;
}

/** All members, in ascending order. */
export function members(set: SequenceSet): number[] {
  return expanded(set.ranges());
}

export function expanded(ranges: readonly SequenceRange[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}

export function ascending(sequences: Iterable<number>): number[] {
  return [...sequences].toSorted((a, b) => a - b);
}
