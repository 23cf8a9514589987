import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sleepUntil, timerMillis } from '../../src/base/sleep.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A clock that is behind the timers by so much, as the real one is now and then. */
function clockBehindBy(micros: number) {
  const startMillis = Date.now();
  return { nowMicros: () => (Date.now() - startMillis) * 1000 - micros };
}

test('sleeping ends when the clock has passed the instant, not when a timer says so', async () => {
  const clock = clockBehindBy(700);
  let isOver = false;
  const slept = sleepUntil(10_000, clock).then(() => {
    isOver = true;
  });
  await vi.advanceTimersByTimeAsync(10);
  expect(isOver).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await slept;
  expect(clock.nowMicros()).toBeGreaterThanOrEqual(10_000);
});

test('sleeping until an instant that has passed takes no time', async () => {
  await sleepUntil(-1, clockBehindBy(0));
  expect(vi.getTimerCount()).toBe(0);
});

test('sleeping ends with the reason of an abort, and leaves no timer', async () => {
  const ending = new AbortController();
  const slept = sleepUntil(3600e6, clockBehindBy(0), ending.signal);
  ending.abort(new Error('enough'));
  await expect(slept).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [-Infinity, 0],
  [-1, 0],
  [0, 0],
  [1, 1],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 2 ** 31 - 1],
  [Infinity, 2 ** 31 - 1],
])('of %d milliseconds a timer waits %d', (waitMillis, millis) => {
  expect(timerMillis(waitMillis)).toBe(millis);
});
