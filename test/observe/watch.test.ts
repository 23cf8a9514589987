import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Source } from '../../src/observe/source.js';
import { Watch } from '../../src/observe/watch.js';
import { FakeClock } from '../support/fake-clock.js';

let clock: FakeClock;
/** When the source was asked, ms. */
let asked: number[];
/** How long an answer takes, ms. */
let takesMillis: number;
/** Why there is none, if there is none. */
let failure: string | undefined;

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  takesMillis = 4;
  failure = undefined;
});
afterEach(() => void vi.useRealTimers());

function watch(changes: Partial<Source<number>> = {}): Watch<number> {
  const source: Source<number> = {
    tells: 'sessions',
    periodMicros: 1_000_000,
    ask: async () => {
      asked.push(Date.now());
      await new Promise((resolve) => setTimeout(resolve, takesMillis));
      if (failure !== undefined) throw new Error(failure);
      return asked.length;
    },
    ...changes,
  };
  return new Watch(source, clock);
}

describe('a source', () => {
  test('is asked at once, and then once a period', async () => {
    const watching = watch();
    void watching.start();
    await clock.advanceTo(3500);
    watching.end();
    expect(asked).toEqual([0, 1000, 2000, 3000]);
  });

  test('is heard at the moment in the middle between question and answer', async () => {
    takesMillis = 30;
    const watching = watch();
    void watching.start();
    await clock.advanceTo(1500);
    watching.end();
    expect(watching.observations).toEqual([
      { atMicros: 15_000, told: 1 },
      { atMicros: 1_015_000, told: 2 },
    ]);
  });

  test('is asked for a twentieth of the time at most, however long it takes', async () => {
    takesMillis = 200;
    const watching = watch();
    void watching.start();
    await clock.advanceTo(10_000);
    watching.end();
    expect(asked).toEqual([0, 4000, 8000]);
    expect(watching.cost).toEqual({ questions: 3, unanswered: 0, askingMicros: 600_000 });
  });

  test('is not awaited for longer than two seconds', async () => {
    takesMillis = 60_000;
    const watching = watch();
    void watching.start();
    await clock.advanceTo(2000);
    watching.end();
    expect(watching.cost).toEqual({ questions: 1, unanswered: 1, askingMicros: 2_000_000 });
    expect(watching.whyAbsent).toBe('The sessions were not watched: no answer within 2.00 s.');
  });

  test('hears that nobody waits any longer', async () => {
    const signals: AbortSignal[] = [];
    const watching = watch({
      ask: (signal) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    });
    void watching.start();
    await clock.advanceTo(1999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    await clock.advanceTo(39_999);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await clock.advanceTo(40_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    watching.end();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  test('that fails is asked again, and what it tells later counts', async () => {
    failure = 'connection refused';
    const watching = watch();
    void watching.start();
    await clock.advanceTo(500);
    expect(watching.whyAbsent).toBe('The sessions were not watched: connection refused.');
    failure = undefined;
    await clock.advanceTo(1500);
    watching.end();
    expect(watching.observations).toHaveLength(1);
    expect(watching.whyAbsent).toBeUndefined();
    expect(watching.cost).toMatchObject({ questions: 2, unanswered: 1 });
  });

  test('that throws before it can promise anything fails like any other', async () => {
    const watching = watch({
      ask: () => {
        throw new Error('no such file');
      },
    });
    void watching.start();
    await clock.settle();
    watching.end();
    expect(watching.whyAbsent).toContain('no such file');
  });

  test('is asked no more when the watching has ended', async () => {
    const watching = watch();
    void watching.start();
    await clock.advanceTo(500);
    watching.end();
    await clock.advanceTo(5000);
    expect(asked).toEqual([0]);
  });
});

describe('at the finish', () => {
  /** Watches for half a second, and lets all pass that the finish waits for. */
  async function finished(changes: Partial<Source<number>>): Promise<Watch<number>> {
    const watching = watch(changes);
    void watching.start();
    await clock.advanceTo(500);
    const finish = watching.finish();
    await clock.advanceTo(4000);
    await finish;
    return watching;
  }

  test('a source with a last word is asked once more', async () => {
    const watching = await finished({ hasLastWord: true });
    expect(watching.observations.map(({ told }) => told)).toEqual([1, 2]);
    expect(asked).toEqual([0, 500]);
  });

  test('others are not', async () => {
    await finished({});
    expect(asked).toEqual([0]);
  });

  test('one that gave no answer the last time is asked, too', async () => {
    failure = 'gone';
    await finished({ hasLastWord: true });
    expect(asked).toEqual([0, 500]);
  });

  test('an answer under way is not waited for, and no failure', async () => {
    takesMillis = 1000;
    const watching = watch();
    void watching.start();
    await clock.advanceTo(500);
    const finish = watching.finish();
    await clock.settle();
    await finish;
    expect(watching.cost).toEqual({ questions: 1, unanswered: 1, askingMicros: 500_000 });
    expect(watching.whyAbsent).toBe('The sessions were not watched: there was no time.');
  });
});

describe('a source has told of itself from first to last', () => {
  /** Fails to answer these of its three questions. */
  async function told(unanswered: readonly number[]): Promise<boolean> {
    let questions = 0;
    const watching = watch({
      hasLastWord: true,
      ask: async () => {
        if (unanswered.includes(questions++)) throw new Error('gone');
        return 0;
      },
    });
    void watching.start();
    await clock.advanceTo(1500);
    await watching.finish();
    expect(questions).toBe(3);
    return watching.toldFromFirstToLast;
  }

  test.each([
    [[], true],
    [[1], true],
    [[0], false],
    [[2], false],
  ])(
    'unless it gave no answer at one of the two: without answer %j, %s',
    async (which, expected) => {
      expect(await told(which)).toBe(expected);
    },
  );
});
