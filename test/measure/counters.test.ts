import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allocateCounters,
  columnOf,
  counterRow,
  readCounters,
} from '../../src/measure/counters.js';

test('counters are the sums of what all threads wrote', () => {
  const count = fc.nat(1_000_000);
  const rows = fc.array(fc.record({ published: count, confirmed: count, consumed: count }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(rows, (written) => {
      const memory = allocateCounters(written.length);
      for (const [i, { published, confirmed, consumed }] of written.entries()) {
        const row = counterRow(memory, i);
        row[columnOf.published] = published;
        row[columnOf.confirmed] = confirmed;
        row[columnOf.consumed] = consumed;
      }
      const sum = (name: keyof typeof columnOf) =>
        written.reduce((total, one) => total + one[name], 0);
      expect(readCounters(memory)).toEqual({
        published: sum('published'),
        confirmed: sum('confirmed'),
        consumed: sum('consumed'),
      });
    }),
  );
});

test('counters start at nothing', () => {
  expect(readCounters(allocateCounters(3))).toEqual({ published: 0, confirmed: 0, consumed: 0 });
});

test('counters of one thread share no cell with those of another', () => {
  const memory = allocateCounters(2);
  counterRow(memory, 0).fill(1);
  expect([...counterRow(memory, 1)].every((cell) => cell === 0)).toBe(true);
});

test('counters of one thread lie in a cache line of their own', () => {
  const memory = allocateCounters(2);
  expect(counterRow(memory, 1).byteOffset - counterRow(memory, 0).byteOffset).toBe(64);
});

test('counters are seen by whoever holds the same memory', () => {
  const memory = allocateCounters(1);
  const [writer, reader] = [counterRow(memory, 0), counterRow(memory, 0)];
  writer[columnOf.consumed] = 5;
  expect(reader[columnOf.consumed]).toBe(5);
});

test('counters go on beyond 32 bits', () => {
  const memory = allocateCounters(2);
  counterRow(memory, 0)[columnOf.published] = 2 ** 40;
  counterRow(memory, 1)[columnOf.published] = 1;
  expect(readCounters(memory).published).toBe(2 ** 40 + 1);
});
