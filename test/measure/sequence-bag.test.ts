import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { chunk, members } from './sequences.js';

/** Few different ones, so that many come more than once; some lie in another stretch. */
const sequences = fc.array(fc.oneof(fc.nat(8), fc.integer({ min: chunk - 4, max: chunk + 4 })), {
  maxLength: 80,
});

/** A multiset as a Map from each sequence to how often it is there. */
type Counts = Map<number, number>;

function bagOf(given: readonly number[]): SequenceBag {
  const bag = SequenceBag.empty();
  for (const one of given) bag.add(one);
  return bag;
}

function modelOf(given: readonly number[]): Counts {
  const counts: Counts = new Map();
  for (const one of given) counts.set(one, (counts.get(one) ?? 0) + 1);
  return counts;
}

/** How often each sequence is there, by the bag's layers. */
function countsOf(bag: SequenceBag): Counts {
  const counts: Counts = new Map();
  for (let rest = bag; rest.size > 0; rest = rest.repeats()) {
    for (const one of members(rest.distinct)) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  return counts;
}

function minus(one: Counts, other: ReadonlyMap<number, number>): Counts {
  const rest: Counts = new Map();
  for (const [sequence, count] of one) {
    const left = count - (other.get(sequence) ?? 0);
    if (left > 0) rest.set(sequence, left);
  }
  return rest;
}

function sizeOf(counts: Counts): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

function expectToBe(bag: SequenceBag, model: Counts): void {
  expect(countsOf(bag)).toEqual(model);
  expect(bag.size).toBe(sizeOf(model));
  expect(members(bag.distinct)).toEqual([...model.keys()].sort((a, b) => a - b));
}

describe('a bag', () => {
  test('holds each sequence as often as it was put in, and says which were new', () => {
    fc.assert(
      fc.property(sequences, (given) => {
        const bag = SequenceBag.empty();
        const model: Counts = new Map();
        for (const one of given) {
          expect(bag.add(one)).toBe(!model.has(one));
          model.set(one, (model.get(one) ?? 0) + 1);
        }
        expectToBe(bag, model);
      }),
    );
  });

  test('takes in another with all that is there more than once', () => {
    fc.assert(
      fc.property(sequences, sequences, (one, other) => {
        const [bag, theirs] = [bagOf(one), bagOf(other)];
        bag.addAll(theirs);
        expectToBe(bag, modelOf([...one, ...other]));
        expectToBe(theirs, modelOf(other));
      }),
    );
  });

  test('can be added to after it took in another, which stays as it was', () => {
    fc.assert(
      fc.property(sequences, sequences, sequences, (one, other, more) => {
        const [bag, theirs] = [bagOf(one), bagOf(other)];
        bag.addAll(theirs);
        for (const sequence of more) bag.add(sequence);
        expectToBe(bag, modelOf([...one, ...other, ...more]));
        expectToBe(theirs, modelOf(other));
      }),
    );
  });

  test('has for repeats what is there more than once, as often as beyond that', () => {
    fc.assert(
      fc.property(sequences, (given) => {
        const model = modelOf(given);
        const once = new Map([...model.keys()].map((one) => [one, 1] as const));
        expectToBe(bagOf(given).repeats(), minus(model, once));
      }),
    );
  });

  test('without another has of each what is left, and both stay as they were', () => {
    fc.assert(
      fc.property(sequences, sequences, (one, other) => {
        const [bag, theirs] = [bagOf(one), bagOf(other)];
        expectToBe(bag.without(theirs), minus(modelOf(one), modelOf(other)));
        expectToBe(bag, modelOf(one));
        expectToBe(theirs, modelOf(other));
      }),
    );
  });

  test('whose repeats are taken out of it holds each once', () => {
    fc.assert(
      fc.property(sequences, (given) => {
        const bag = bagOf(given);
        const once = bag.without(bag.repeats());
        expect([once.size, once.repeats().size]).toEqual([bag.distinct.size, 0]);
      }),
    );
  });

  test('crosses a thread boundary whole, and can be added to there', () => {
    fc.assert(
      fc.property(sequences, sequences, (given, more) => {
        const restored = SequenceBag.fromPlain(structuredClone(bagOf(given).toPlain()));
        expectToBe(restored, modelOf(given));
        for (const one of more) restored.add(one);
        expectToBe(restored, modelOf([...given, ...more]));
      }),
    );
  });

  test('in which nothing is twice costs what a set costs', () => {
    const bag = SequenceBag.empty();
    for (let sequence = 0; sequence < chunk; sequence++) bag.add(sequence);
    expect(bag.toPlain()).toEqual([{ full: [{ first: 0, last: 0 }], open: new Map() }]);
  });

  test('that is empty has nothing', () => {
    const bag = SequenceBag.empty();
    expect([bag.size, bag.distinct.size, bag.repeats().size]).toEqual([0, 0, 0]);
  });

  // The bag of the repeats has no layer for what is put in first.
  test('of the repeats of another can be added to', () => {
    const repeats = bagOf([1, 2, 3]).repeats();
    expect([repeats.add(5), repeats.add(5)]).toEqual([true, false]);
    expectToBe(repeats, modelOf([5, 5]));
  });
});
