import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SequenceRange, SequenceSet } from '../../src/measure/sequence-set.js';

/** A set keeps 65,536 sequences in one piece; around the borders of pieces there is most to break. */
const chunk = 65_536;

/** Sequences close together and around the borders, so that sets meet each other. */
const sequence = fc.oneof(
  fc.nat(70),
  fc.integer({ min: chunk - 40, max: chunk + 40 }),
  fc.integer({ min: 2 * chunk - 40, max: 2 * chunk + 40 }),
  fc.integer({ min: 2 ** 32 - 40, max: 2 ** 32 - 1 }),
);

const few = fc.array(sequence, { maxLength: 100 });

/** Sequences with whole stretches among them: each is a first sequence and a length. */
const stretches = fc.array(
  fc.record({
    first: fc.constantFrom(0, 1, chunk - 1, chunk, chunk + 33, 2 * chunk),
    length: fc.constantFrom(1, 31, 32, 64, chunk - 1, chunk, chunk + 1),
  }),
  { maxLength: 3 },
);

function listed(parts: readonly { first: number; length: number }[]): number[] {
  return parts.flatMap(({ first, length }) => Array.from({ length }, (_, i) => first + i));
}

function setOf(sequences: Iterable<number>): SequenceSet {
  const set = new SequenceSet();
  for (const one of sequences) set.add(one);
  return set;
}

/** All members, in ascending order. */
function members(set: SequenceSet): number[] {
  return expanded(set.minus(new SequenceSet()));
}

function expanded(ranges: readonly SequenceRange[]): number[] {
  return ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}

function ascending(sequences: Iterable<number>): number[] {
  return [...sequences].toSorted((a, b) => a - b);
}

describe('adding', () => {
  test('says of each sequence whether it is new, as a Set would', () => {
    fc.assert(
      fc.property(few, (sequences) => {
        const set = new SequenceSet();
        const model = new Set<number>();
        for (const one of sequences) {
          expect(set.add(one)).toBe(!model.has(one));
          model.add(one);
          expect(set.size).toBe(model.size);
        }
      }),
    );
  });

  test('makes members of the sequences that were added and of no others', () => {
    fc.assert(
      fc.property(few, few, (sequences, asked) => {
        const model = new Set(sequences);
        const set = setOf(sequences);
        for (const one of [...sequences, ...asked]) expect(set.has(one)).toBe(model.has(one));
        expect(members(set)).toEqual(ascending(model));
      }),
    );
  });

  test('finds every member again in a stretch that has become complete', () => {
    const set = setOf(listed([{ first: chunk, length: chunk }]));
    expect(set.size).toBe(chunk);
    expect([chunk - 1, chunk, 2 * chunk - 1, 2 * chunk].map((one) => set.has(one))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(set.add(chunk + 5)).toBe(false);
    expect(set.size).toBe(chunk);
  });

  test('keeps no bits of a stretch that has become complete', () => {
    const set = setOf(listed([{ first: 0, length: chunk }]));
    expect([...set.toPlain()]).toEqual([[0, 'full']]);
  });
});

describe('the set below a number', () => {
  test.each([0, 1, 31, 32, 33, chunk - 1, chunk, chunk + 1, 2 * chunk, 2 * chunk + 7])(
    'holds the sequences from 0 to %d − 1',
    (count) => {
      const set = SequenceSet.below(count);
      expect(set.size).toBe(count);
      expect(set.minus(new SequenceSet())).toEqual(
        count === 0 ? [] : [{ first: 0, last: count - 1 }],
      );
    },
  );

  test('can be added to', () => {
    const set = SequenceSet.below(chunk + 1);
    expect([set.add(chunk), set.add(chunk + 1), set.size]).toEqual([false, true, chunk + 2]);
  });
});

describe('adding a whole set', () => {
  test('makes the union, and counts what was there already', () => {
    fc.assert(
      fc.property(few, few, (one, other) => {
        const set = setOf(one);
        const model = new Set(one);
        const shared = [...new Set(other)].filter((sequence) => model.has(sequence));
        expect(set.addAll(setOf(other))).toBe(shared.length);
        expect(members(set)).toEqual(ascending(new Set([...one, ...other])));
        expect(set.size).toBe(new Set([...one, ...other]).size);
      }),
    );
  });

  test('makes the union of complete stretches too', () => {
    fc.assert(
      fc.property(stretches, stretches, (one, other) => {
        const [mine, theirs] = [new Set(listed(one)), new Set(listed(other))];
        const set = setOf(mine);
        const union = new Set([...mine, ...theirs]);
        expect(set.addAll(setOf(theirs))).toBe(mine.size + theirs.size - union.size);
        expect(set.size).toBe(union.size);
        expect(members(set)).toEqual(ascending(union));
      }),
      { numRuns: 10 },
    );
  });

  test('leaves the other set as it was, now and when more is added', () => {
    const other = setOf([1, 2]);
    const set = setOf([2, 3]);
    set.addAll(other);
    set.add(4);
    expect(members(other)).toEqual([1, 2]);
  });

  test('can go on after a sequence was added between', () => {
    const set = setOf([1]);
    set.addAll(setOf([2, 3]));
    expect(set.add(3)).toBe(false);
    expect(set.add(4)).toBe(true);
    expect(set.size).toBe(4);
  });

  test('keeps no bits of a stretch that both sets complete together', () => {
    const set = setOf(listed([{ first: 0, length: 40_000 }]));
    set.addAll(setOf(listed([{ first: 30_000, length: chunk - 30_000 }])));
    expect([...set.toPlain()]).toEqual([[0, 'full']]);
  });
});

describe('what one set has and another has not', () => {
  test('is what a Set would say', () => {
    fc.assert(
      fc.property(few, few, (one, other) => {
        const rest = ascending(new Set(one)).filter((sequence) => !other.includes(sequence));
        expect(expanded(setOf(one).minus(setOf(other)))).toEqual(rest);
      }),
    );
  });

  test('is what a Set would say of complete stretches too', () => {
    fc.assert(
      fc.property(stretches, stretches, (one, other) => {
        const theirs = new Set(listed(other));
        const rest = ascending(new Set(listed(one))).filter((sequence) => !theirs.has(sequence));
        expect(expanded(setOf(listed(one)).minus(setOf(theirs)))).toEqual(rest);
      }),
      { numRuns: 10 },
    );
  });

  test('comes in as few ranges as possible, in ascending order', () => {
    fc.assert(
      fc.property(few, few, (one, other) => {
        const ranges = setOf(one).minus(setOf(other));
        for (const [i, { first, last }] of ranges.entries()) {
          expect(last).toBeGreaterThanOrEqual(first);
          const before = ranges[i - 1];
          if (before) expect(first).toBeGreaterThan(before.last + 1);
        }
      }),
    );
  });

  test('is one range across the border of two stretches', () => {
    const set = setOf(listed([{ first: chunk - 2, length: 4 }]));
    expect(set.minus(new SequenceSet())).toEqual([{ first: chunk - 2, last: chunk + 1 }]);
  });

  test('is sorted even if later stretches were filled first', () => {
    expect(setOf([2 * chunk, 5, chunk]).minus(new SequenceSet())).toEqual([
      { first: 5, last: 5 },
      { first: chunk, last: chunk },
      { first: 2 * chunk, last: 2 * chunk },
    ]);
  });
});

describe('a set that crosses a thread boundary', () => {
  test('keeps its members and its size', () => {
    fc.assert(
      fc.property(few, (sequences) => {
        const set = setOf(sequences);
        const restored = SequenceSet.fromPlain(structuredClone(set.toPlain()));
        expect(restored.size).toBe(set.size);
        expect(members(restored)).toEqual(members(set));
      }),
    );
  });

  test('keeps complete stretches', () => {
    fc.assert(
      fc.property(stretches, (parts) => {
        const set = setOf(listed(parts));
        const restored = SequenceSet.fromPlain(structuredClone(set.toPlain()));
        expect(restored.size).toBe(set.size);
        expect(restored.minus(set)).toEqual([]);
        expect(set.minus(restored)).toEqual([]);
      }),
      { numRuns: 10 },
    );
  });

  test('can be added to', () => {
    const restored = SequenceSet.fromPlain(structuredClone(setOf([1, chunk]).toPlain()));
    expect([restored.add(1), restored.add(2), restored.size]).toEqual([false, true, 3]);
  });
});
