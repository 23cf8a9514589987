import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Runs } from '../../src/measure/runs.js';

const span = 60;
const numbers = fc.array(fc.nat(span), { maxLength: 60 });

/** The runs of a set of numbers, in the most naive way. */
function naiveRanges(members: ReadonlySet<number>): { first: number; last: number }[] {
  const ranges: { first: number; last: number }[] = [];
  for (const one of [...members].sort((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open?.last === one - 1) open.last = one;
    else ranges.push({ first: one, last: one });
  }
  return ranges;
}

describe('runs', () => {
  test('are those of a Set, whatever is added in whatever order', () => {
    fc.assert(
      fc.property(numbers, (given) => {
        const runs = new Runs();
        const model = new Set<number>();
        for (const one of given) {
          if (!model.has(one)) runs.addRun(one, one);
          model.add(one);
          expect(runs.toRanges()).toEqual(naiveRanges(model));
        }
        for (let one = -1; one <= span + 1; one++) expect(runs.has(one)).toBe(model.has(one));
      }),
    );
  });

  test('are those of a Set when whole runs are added', () => {
    const pieces = fc.array(
      fc.record({ first: fc.nat(span), length: fc.integer({ min: 1, max: 8 }) }),
    );
    fc.assert(
      fc.property(pieces, (given) => {
        const runs = new Runs();
        const model = new Set<number>();
        for (const { first, length } of given) {
          const piece = Array.from({ length }, (_, i) => first + i);
          // No number may be there already.
          if (piece.some((one) => model.has(one))) continue;
          runs.addRun(first, first + length - 1);
          for (const one of piece) model.add(one);
        }
        expect(runs.toRanges()).toEqual(naiveRanges(model));
      }),
    );
  });

  test('become one when the number between two of them comes', () => {
    const runs = new Runs();
    for (const one of [1, 2, 4, 5, 3]) runs.addRun(one, one);
    expect(runs.toRanges()).toEqual([{ first: 1, last: 5 }]);
  });

  test('stay as they are when what they were told as is changed', () => {
    const runs = new Runs();
    runs.addRun(1, 2);
    Object.assign(runs.toRanges()[0] ?? {}, { last: 9 });
    expect(runs.toRanges()).toEqual([{ first: 1, last: 2 }]);
  });
});
