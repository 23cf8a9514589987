import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { ascending, chunk, few, listed, members, setOf, stretches } from './sequences.js';

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
    expect(set.toPlain()).toEqual({ full: [{ first: 0, last: 0 }], open: new Map() });
  });
});

describe('the set below a number', () => {
  test.each([0, 1, 31, 32, 33, chunk - 1, chunk, chunk + 1, 2 * chunk, 2 * chunk + 7])(
    'holds the sequences from 0 to %d − 1',
    (count) => {
      const set = SequenceSet.below(count);
      expect(set.size).toBe(count);
      expect(set.ranges()).toEqual(count === 0 ? [] : [{ first: 0, last: count - 1 }]);
    },
  );

  test('can be added to', () => {
    const set = SequenceSet.below(chunk + 1);
    expect([set.add(chunk), set.add(chunk + 1), set.size]).toEqual([false, true, chunk + 2]);
  });
});

describe('adding a whole set', () => {
  test('makes the union', () => {
    fc.assert(
      fc.property(few, few, (one, other) => {
        const set = setOf(one);
        set.addAll(setOf(other));
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
        set.addAll(setOf(theirs));
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
    expect(set.toPlain()).toEqual({ full: [{ first: 0, last: 0 }], open: new Map() });
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
        expect(restored.without(set).size).toBe(0);
        expect(set.without(restored).size).toBe(0);
      }),
      { numRuns: 10 },
    );
  });

  test('can be added to', () => {
    const restored = SequenceSet.fromPlain(structuredClone(setOf([1, chunk]).toPlain()));
    expect([restored.add(1), restored.add(2), restored.size]).toEqual([false, true, 3]);
  });
});

describe('ten million sequences that follow on each other', () => {
  const count = 10_000_000;
  const complete = Math.floor(count / chunk);

  test('are kept as one run, and the bits of the last stretch', () => {
    const set = new SequenceSet();
    for (let sequence = 0; sequence < count; sequence++) set.add(sequence);
    const { full, open } = set.toPlain();
    expect(set.size).toBe(count);
    expect(full).toEqual([{ first: 0, last: complete - 1 }]);
    expect([...open.keys()]).toEqual([complete]);
  });

  test('are kept so too when neighbours come in each other’s place', () => {
    const set = new SequenceSet();
    for (let sequence = 0; sequence < count; sequence++) set.add(sequence ^ 1023);
    expect(set.toPlain().full).toEqual([{ first: 0, last: complete - 1 }]);
  });

  test('cost the bits of one stretch more for one that is missing', () => {
    const set = new SequenceSet();
    for (let sequence = 0; sequence < count; sequence++) {
      if (sequence !== 5 * chunk + 7) set.add(sequence);
    }
    const { full, open } = set.toPlain();
    expect(full).toEqual([
      { first: 0, last: 4 },
      { first: 6, last: complete - 1 },
    ]);
    expect([...open.keys()].sort((x, y) => x - y)).toEqual([5, complete]);
  });
});
