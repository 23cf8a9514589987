import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allocateCounters,
  columnOf,
  counterRow,
  readCounters,
} from '../../src/measure/counters.js';

const names = ['published', 'confirmed', 'consumed', 'down', 'blocked'] as const;

test('counters are the sums of what all threads wrote', () => {
  const count = fc.nat(1_000_000);
  const row = fc.record({
    published: count,
    confirmed: count,
    consumed: count,
    down: count,
    blocked: count,
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (written) => {
      const memory = allocateCounters(written.length);
      for (const [i, values] of written.entries()) {
        const cells = counterRow(memory, i);
        for (const name of names) cells[columnOf[name]] = values[name];
      }
      const sums = names.map((name) => [
        name,
        written.reduce((total, values) => total + values[name], 0),
      ]);
      expect(readCounters(memory)).toEqual(Object.fromEntries(sums));
    }),
  );
});

test('counters start at nothing', () => {
  expect(readCounters(allocateCounters(3))).toEqual({
    published: 0,
    confirmed: 0,
    consumed: 0,
    down: 0,
    blocked: 0,
  });
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
