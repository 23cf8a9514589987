import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Work, Workbench } from '../../src/load/workbench.js';
import { FakeClock } from '../support/fake-clock.js';

afterEach(() => {
  vi.useRealTimers();
});

interface Done {
  readonly tag: number;
  readonly redelivered: boolean;
  readonly atMillis: number;
}

function newBench(work: Partial<Work>) {
  const clock = new FakeClock();
  const done: Done[] = [];
  const whole: Work = { workMicros: 0, ratePerSecond: undefined, ...work };
  const bench = new Workbench(whole, clock, (tag, redelivered) => {
    done.push({ tag, redelivered, atMillis: Date.now() });
  });
  const add = (...tags: readonly number[]) => {
    for (const tag of tags) bench.add(tag, false, clock.nowMicros());
  };
  const doneAt = () => done.map(({ tag, atMillis }) => [tag, atMillis]);
  return { clock, bench, done, add, doneAt };
}

describe('the work on a delivery', () => {
  test('takes its time from when the delivery came', async () => {
    const { clock, add, doneAt } = newBench({ workMicros: 5000 });
    await clock.advanceTo(20);
    add(1);
    await clock.advanceTo(24);
    expect(doneAt()).toEqual([]);
    await clock.advanceTo(100);
    expect(doneAt()).toEqual([[1, 25]]);
  });

  test('begins when that on the one before is done', async () => {
    const { clock, add, doneAt } = newBench({ workMicros: 5000 });
    add(1, 2);
    await clock.advanceTo(7);
    add(3);
    await clock.advanceTo(100);
    expect(doneAt()).toEqual([
      [1, 5],
      [2, 10],
      [3, 15],
    ]);
  });

  test('begins at once after an idle time', async () => {
    const { clock, add, doneAt } = newBench({ workMicros: 5000 });
    add(1);
    await clock.advanceTo(50);
    add(2);
    await clock.advanceTo(100);
    expect(doneAt()).toEqual([
      [1, 5],
      [2, 55],
    ]);
  });

  test('of less than a timer can wait for is done for several at once, and none is late', async () => {
    const { clock, add, doneAt } = newBench({ workMicros: 400 });
    add(1, 2, 3, 4, 5);
    await clock.advanceTo(1);
    expect(doneAt().map(([tag]) => tag)).toEqual([1, 2]);
    await clock.advanceTo(2);
    expect(doneAt().map(([tag]) => tag)).toEqual([1, 2, 3, 4, 5]);
  });

  test('tells whether its delivery had come before', async () => {
    const { clock, bench, done } = newBench({ workMicros: 1000 });
    bench.add(1, true, 0);
    bench.add(2, false, 0);
    await clock.advanceTo(10);
    expect(done.map(({ redelivered }) => redelivered)).toEqual([true, false]);
  });

  test('is done in order, each at the earliest moment that work and rate allow', async () => {
    const waits = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 30 });
    const work = fc.record({
      workMicros: fc.integer({ min: 0, max: 8 }).map((millis) => millis * 1000),
      // Whole milliseconds apart, so that timers keep to them exactly.
      ratePerSecond: fc.constantFrom(undefined, 50, 100, 200, 500, 1000),
    });
    await fc.assert(
      fc.asyncProperty(work, waits, async (given, pauses) => {
        const { clock, add, doneAt } = newBench(given);
        const spacing = Math.max(given.workMicros / 1000, 1000 / (given.ratePerSecond ?? Infinity));
        let earliest = -Infinity;
        const expected = [];
        for (const [i, pause] of pauses.entries()) {
          await clock.advanceTo(Date.now() + pause);
          earliest = Math.max(Date.now() + given.workMicros / 1000, earliest + spacing);
          expected.push([i + 1, earliest]);
          add(i + 1);
        }
        await clock.advanceTo(Date.now() + 5000);
        expect(doneAt()).toEqual(expected);
      }),
    );
  });
});

describe('a rate', () => {
  test('spaces what is done, though no work is to be done', async () => {
    const { clock, add, doneAt } = newBench({ ratePerSecond: 10 });
    add(1, 2, 3);
    await clock.advanceTo(1000);
    expect(doneAt()).toEqual([
      [1, 0],
      [2, 100],
      [3, 200],
    ]);
  });

  test('is kept to without drift when it does not fall on whole milliseconds', async () => {
    const { clock, add, doneAt } = newBench({ ratePerSecond: 300 });
    add(...Array.from({ length: 400 }, (_, i) => i + 1));
    await clock.advanceTo(1001);
    expect(doneAt()).toHaveLength(301);
  });

  test('does not make up for an idle time', async () => {
    const { clock, add, doneAt } = newBench({ ratePerSecond: 10 });
    add(1);
    await clock.advanceTo(1000);
    add(2, 3);
    await clock.advanceTo(1050);
    expect(doneAt().map(([tag]) => tag)).toEqual([1, 2]);
  });
});

describe('a workbench', () => {
  test('that is to finish is done with everything at once, in its order', async () => {
    const { clock, bench, add, doneAt } = newBench({ workMicros: 5000 });
    add(1, 2, 3);
    await clock.advanceTo(5);
    bench.finish();
    await clock.advanceTo(100);
    expect(doneAt()).toEqual([
      [1, 5],
      [2, 5],
      [3, 5],
    ]);
  });

  test('that is cleared is never done with what lay there', async () => {
    const { clock, bench, add, doneAt } = newBench({ workMicros: 5000 });
    add(1, 2);
    await clock.advanceTo(5);
    bench.clear();
    await clock.advanceTo(100);
    expect(doneAt()).toEqual([[1, 5]]);
  });

  test.each(['finish', 'clear'] as const)('leaves no timer behind when it is to %s', (how) => {
    const { bench, add } = newBench({ workMicros: 5000 });
    add(1, 2);
    bench[how]();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(['finish', 'clear'] as const)('can go on after it was to %s', async (how) => {
    const { clock, bench, add, doneAt } = newBench({ workMicros: 5000 });
    add(1);
    bench[how]();
    await clock.advanceTo(50);
    add(2);
    await clock.advanceTo(100);
    expect(doneAt().at(-1)).toEqual([2, 55]);
  });

  test('has no timer while it has no work', async () => {
    const { clock, add } = newBench({ workMicros: 5000 });
    add(1);
    await clock.advanceTo(50);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('can be cleared by what is done with a delivery', async () => {
    const clock = new FakeClock();
    const done: number[] = [];
    const bench = new Workbench({ workMicros: 1000, ratePerSecond: undefined }, clock, (tag) => {
      done.push(tag);
      bench.clear();
    });
    for (const tag of [1, 2]) bench.add(tag, false, 0);
    await clock.advanceTo(100);
    expect(done).toEqual([1]);
  });
});
