import { describe, expect, test } from 'vitest';
import { growingLag } from '../../src/run/growing-lag.js';

const windowMicros = 10e6;

/** A thread with ten messages in each part, late by so many ms there. */
function lagging(...millis: readonly number[]) {
  return { messages: millis.map(() => 10), sumMicros: millis.map((one) => one * 10_000) };
}

describe('the lag', () => {
  test('that rises in every part grows, from the mean of the first three to that of the last', () => {
    const lag = lagging(10, 20, 30, 40, 50, 60, 70, 80, 90, 100);
    expect(growingLag([lag], windowMicros)).toEqual({ fromMicros: 20_000, toMicros: 90_000 });
  });

  test.each([
    ['by 50 ms', lagging(0, 0, 0, 0, 0, 0, 0, 50, 50, 50), true],
    ['by less than 50 ms', lagging(0, 0, 0, 0, 0, 0, 0, 49.9, 50, 50), false],
  ])('grows when it is up %s, half a percent of the window: %#', (_, lag, grows) => {
    expect(growingLag([lag], windowMicros) !== undefined).toBe(grows);
  });

  test.each([
    ['is as great all the time', lagging(...Array(10).fill(2000))],
    ['falls', lagging(900, 800, 700, 600, 500, 400, 300, 200, 100, 0)],
    ['is one stall in the middle', lagging(0, 0, 0, 0, 900, 300, 0, 0, 0, 0)],
    ['is one stall at the end', lagging(0, 0, 0, 0, 0, 0, 0, 0, 200, 900)],
    [
      'is one stall at the beginning and one at the end',
      lagging(0, 900, 0, 0, 0, 0, 0, 900, 900, 900),
    ],
  ])('that %s does not grow', (_, lag) => {
    expect(growingLag([lag], windowMicros)).toBeUndefined();
  });

  test('is the mean over the messages of all threads', () => {
    const few = { messages: Array(10).fill(1), sumMicros: lagging(...Array(10).fill(0)).sumMicros };
    const last = [0, 0, 0, 0, 0, 0, 0, 110, 110, 110];
    const threads = [lagging(...last), few];
    expect(growingLag(threads, windowMicros)?.toMicros).toBeCloseTo(100_000);
  });

  test.each([
    ['no message', { messages: Array(10).fill(0), sumMicros: Array(10).fill(0) }],
    ['no parts', { messages: [], sumMicros: [] }],
    [
      'nothing in one of the last parts',
      { messages: [9, 9, 9, 9, 9, 9, 9, 0, 9, 9], sumMicros: [0, 0, 0, 0, 0, 0, 0, 0, 9e6, 9e6] },
    ],
  ])('of %s is not known to grow', (_, lag) => {
    expect(growingLag([lag], windowMicros)).toBeUndefined();
  });
});
