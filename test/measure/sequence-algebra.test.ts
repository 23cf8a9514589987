import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import {
  ascending,
  belowCount,
  chunk,
  few,
  fullBut,
  holes,
  listed,
  members,
  setOf,
  stretches,
} from './sequences.js';

describe('what one set has and another has not', () => {
  test('is what a Set would say', () => {
    fc.assert(
      fc.property(few, few, (one, other) => {
        const rest = ascending(new Set(one)).filter((sequence) => !other.includes(sequence));
        expect(members(setOf(one).without(setOf(other)))).toEqual(rest);
      }),
    );
  });

  test('is what a Set would say of complete stretches too', () => {
    fc.assert(
      fc.property(stretches, stretches, (one, other) => {
        const theirs = new Set(listed(other));
        const rest = ascending(new Set(listed(one))).filter((sequence) => !theirs.has(sequence));
        expect(members(setOf(listed(one)).without(setOf(theirs)))).toEqual(rest);
      }),
      { numRuns: 10 },
    );
  });
});

describe('what two sets share', () => {
  test('is what Sets would say', () => {
    fc.assert(
      fc.property(few, few, (one, other) => {
        const both = setOf(one).intersection(setOf(other));
        const shared = ascending(new Set(one)).filter((sequence) => other.includes(sequence));
        expect(members(both)).toEqual(shared);
        expect(both.size).toBe(shared.length);
      }),
    );
  });

  test('is what Sets would say of complete stretches too', () => {
    fc.assert(
      fc.property(stretches, stretches, (one, other) => {
        const theirs = new Set(listed(other));
        const shared = ascending(new Set(listed(one))).filter((sequence) => theirs.has(sequence));
        expect(members(setOf(listed(one)).intersection(setOf(theirs)))).toEqual(shared);
      }),
      { numRuns: 10 },
    );
  });
});

describe('sets that are full but for holes', () => {
  test('have all the other sequences', () => {
    fc.assert(
      fc.property(holes, (missing) => {
        const set = fullBut(missing);
        expect(set.size).toBe(belowCount - new Set(missing).size);
        expect(missing.filter((one) => set.has(one))).toEqual([]);
        expect(members(SequenceSet.below(belowCount).without(set))).toEqual(
          ascending(new Set(missing)),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('share all but the holes of both', () => {
    fc.assert(
      fc.property(holes, holes, (one, other) => {
        const shared = fullBut(one).intersection(fullBut(other));
        const expected = fullBut([...one, ...other]);
        expect(shared.size).toBe(belowCount - new Set([...one, ...other]).size);
        expect(shared.ranges()).toEqual(expected.ranges());
      }),
      { numRuns: 30 },
    );
  });

  test('have of each other’s lack the other’s holes that are not their own', () => {
    fc.assert(
      fc.property(holes, holes, (one, other) => {
        const rest = fullBut(one).without(fullBut(other));
        const expected = ascending(new Set(other)).filter((hole) => !one.includes(hole));
        expect(members(rest)).toEqual(expected);
        expect(rest.size).toBe(expected.length);
      }),
      { numRuns: 30 },
    );
  });

  test('have together all but the holes that both have', () => {
    fc.assert(
      fc.property(holes, holes, few, (one, other, more) => {
        const union = fullBut(one);
        for (const sequence of more) union.add(sequence);
        union.addAll(fullBut(other));
        const missing = one.filter((hole) => other.includes(hole) && !more.includes(hole));
        const beyond = new Set(more.filter((sequence) => sequence >= belowCount));
        expect(union.size).toBe(belowCount - new Set(missing).size + beyond.size);
        expect(union.intersection(SequenceSet.below(belowCount)).ranges()).toEqual(
          fullBut(missing).ranges(),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('keep no bits of stretches that stay full', () => {
    const one = SequenceSet.below(3 * chunk);
    const sets = [one.intersection(one), one.without(new SequenceSet()), setOf([5])];
    sets[2]?.addAll(one);
    for (const set of sets) {
      expect(set.toPlain()).toEqual({ full: [{ first: 0, last: 2 }], open: new Map() });
    }
    expect([
      ...one
        .without(setOf([chunk + 7]))
        .toPlain()
        .open.keys(),
    ]).toEqual([1]);
  });

  test('have nothing without themselves', () => {
    const set = fullBut([3, chunk]);
    expect(set.without(set).toPlain()).toEqual({ full: [], open: new Map() });
  });
});

describe('what a set has of a range', () => {
  const border = fc.oneof(
    fc.nat(80),
    fc.integer({ min: chunk - 40, max: chunk + 40 }),
    fc.integer({ min: 2 * chunk - 40, max: 2 * chunk + 40 }),
  );
  const range = fc.record({ first: border, last: fc.oneof(border, fc.constant(Infinity)) });

  test('is what a filter would say, though the range goes on for ever, or ends before it begins', () => {
    fc.assert(
      fc.property(few, range, (sequences, { first, last }) => {
        const part = setOf(sequences).between({ first, last });
        const inside = ascending(new Set(sequences)).filter((one) => one >= first && one <= last);
        expect(members(part)).toEqual(inside);
        expect(part.size).toBe(inside.length);
      }),
    );
  });

  test('is what a filter would say of complete stretches too', () => {
    fc.assert(
      fc.property(range, ({ first, last }) => {
        const part = SequenceSet.below(3 * chunk).between({ first, last });
        const end = Math.min(last, 3 * chunk - 1);
        expect(part.ranges()).toEqual(end < first ? [] : [{ first, last: end }]);
        expect(part.size).toBe(Math.max(0, end - first + 1));
      }),
      { examples: [[{ first: chunk, last: 2 * chunk - 1 }], [{ first: 0, last: Infinity }]] },
    );
  });
});

describe('a set that was asked for what it has', () => {
  test('stays as it was, and so does the other, when the answer is added to', () => {
    fc.assert(
      fc.property(few, few, few, (one, other, more) => {
        const [mine, theirs] = [setOf(one), setOf(other)];
        const answers = [
          mine.without(theirs),
          mine.intersection(theirs),
          mine.between({ first: 0, last: Infinity }),
        ];
        for (const answer of answers) for (const sequence of more) answer.add(sequence);
        expect(members(mine)).toEqual(ascending(new Set(one)));
        expect(members(theirs)).toEqual(ascending(new Set(other)));
      }),
    );
  });

  test('gives an answer that is a set of its own', () => {
    fc.assert(
      fc.property(few, few, few, (one, other, more) => {
        const rest = setOf(one).without(setOf(other));
        for (const sequence of more) rest.add(sequence);
        const model = [...one.filter((sequence) => !other.includes(sequence)), ...more];
        expect(members(rest)).toEqual(ascending(new Set(model)));
        expect(rest.size).toBe(new Set(model).size);
      }),
    );
  });
});

describe('the ranges of a set', () => {
  test('are as few as possible, in ascending order', () => {
    fc.assert(
      fc.property(few, (one) => {
        const ranges = setOf(one).ranges();
        for (const [i, { first, last }] of ranges.entries()) {
          expect(last).toBeGreaterThanOrEqual(first);
          const before = ranges[i - 1];
          if (before) expect(first).toBeGreaterThan(before.last + 1);
        }
      }),
    );
  });

  test('go on across the border of two stretches', () => {
    const set = setOf(listed([{ first: chunk - 2, length: 4 }]));
    expect(set.ranges()).toEqual([{ first: chunk - 2, last: chunk + 1 }]);
  });

  test('are sorted even if later stretches were filled first', () => {
    expect(setOf([2 * chunk, 5, chunk]).ranges()).toEqual([
      { first: 5, last: 5 },
      { first: chunk, last: chunk },
      { first: 2 * chunk, last: 2 * chunk },
    ]);
  });

  test('are no more than a limit, the first ones, whole', () => {
    fc.assert(
      fc.property(few, fc.nat(12), (sequences, limit) => {
        const set = setOf(sequences);
        expect(set.ranges(limit)).toEqual(set.ranges().slice(0, limit));
      }),
    );
  });

  test('are whole also when the last within the limit goes on in the next stretch', () => {
    const set = setOf([1, ...listed([{ first: chunk - 2, length: 4 }]), 2 * chunk]);
    expect(set.ranges(2)).toEqual([
      { first: 1, last: 1 },
      { first: chunk - 2, last: chunk + 1 },
    ]);
  });

  test('go on over complete stretches', () => {
    const set = SequenceSet.below(3 * chunk + 5);
    expect(set.ranges()).toEqual([{ first: 0, last: 3 * chunk + 4 }]);
  });

  test('are none of an empty set', () => {
    expect(new SequenceSet().ranges()).toEqual([]);
  });
});
