import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceTimes } from '../../src/measure/sequence-times.js';
import { present } from '../support/fake-channel.js';

/** So many messages sent at one moment; with none, a moment at which nothing was due yet. */
interface Sending {
  readonly waitMicros: number;
  readonly count: number;
}

/** Notes the sendings one after the other; returns when each sequence was sent. */
function sent(times: SequenceTimes, sendings: readonly Sending[]): number[] {
  const moments: number[] = [];
  let now = 1000;
  for (const { waitMicros, count } of sendings) {
    now += waitMicros;
    times.note(moments.length, now);
    for (let i = 0; i < count; i++) moments.push(now);
  }
  return moments;
}

/** Short and long waits: those that no moment is kept for, and those that each has one for. */
const sendings = fc.array(
  fc.record({
    waitMicros: fc.oneof(fc.nat(3000), fc.integer({ min: 0, max: 400_000 })),
    count: fc.nat(4),
  }),
  { minLength: 1, maxLength: 2000, size: 'max' },
);

function expectToBracket(times: SequenceTimes, moments: readonly number[], share: number): void {
  const first = Math.floor(share * (moments.length - 1));
  for (const last of [first, Math.floor((first + moments.length - 1) / 2), moments.length - 1]) {
    const { fromMicros, toMicros } = times.between(first, last);
    expect(fromMicros).toBeLessThanOrEqual(present(moments[first]));
    expect(toMicros).toBeGreaterThanOrEqual(present(moments[last]));
  }
}

describe('the moments that messages were sent between', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  test('enclose the true ones, however many there are', () => {
    fc.assert(
      fc.property(sendings, fc.array(share, { minLength: 1 }), (given, shares) => {
        const times = new SequenceTimes();
        const moments = sent(times, given);
        if (moments.length === 0) return;
        for (const one of shares) expectToBracket(times, moments, one);
      }),
    );
  });

  test('enclose the true ones also behind a thread boundary', () => {
    fc.assert(
      fc.property(sendings, share, (given, where) => {
        const times = new SequenceTimes();
        const moments = sent(times, given);
        if (moments.length === 0) return;
        const restored = SequenceTimes.fromPlain(structuredClone(times.toPlain()));
        expectToBracket(restored, moments, where);
      }),
    );
  });

  test('are never before the first sending, nor after the last', () => {
    fc.assert(
      fc.property(sendings, (given) => {
        const times = new SequenceTimes();
        const moments = sent(times, given);
        if (moments.length === 0) return;
        const { fromMicros, toMicros } = times.between(0, moments.length - 1);
        const last = 1000 + given.reduce((total, { waitMicros }) => total + waitMicros, 0);
        expect(toMicros).toBeLessThanOrEqual(last);
        expect(fromMicros).toBeGreaterThanOrEqual(1000);
      }),
    );
  });

  test('lie a twentieth of a second apart at first', () => {
    const times = new SequenceTimes();
    const everyMillisecond = new Array(1000).fill({ waitMicros: 1000, count: 1 });
    sent(times, everyMillisecond);
    // The first message was sent at 2 ms, the 120th at 121 ms.
    expect(times.between(119, 121)).toEqual({ fromMicros: 102_000, toMicros: 152_000 });
  });

  test('are the whole time when nothing is known in between', () => {
    const times = new SequenceTimes();
    sent(times, [
      { waitMicros: 0, count: 5 },
      { waitMicros: 10, count: 5 },
    ]);
    expect(times.between(3, 3)).toEqual({ fromMicros: 1000, toMicros: 1010 });
  });
});

describe('the memory for moments', () => {
  /** So many sendings, so far apart that each would be kept at first. */
  function longRun(count: number): SequenceTimes {
    const times = new SequenceTimes();
    sent(times, new Array(count).fill({ waitMicros: 50_000, count: 10 }));
    return times;
  }

  test('does not grow, however long it goes on', () => {
    for (const count of [600, 5000, 100_000]) {
      const { sequences, moments } = longRun(count).toPlain();
      expect(sequences.length).toBeLessThanOrEqual(512);
      expect(moments).toHaveLength(sequences.length);
    }
  });

  test('is used for more than a few of them, evenly over the whole run', () => {
    const { moments } = longRun(100_000).toPlain();
    const gaps = moments.slice(1).map((moment, i) => moment - present(moments[i]));
    expect(moments.length).toBeGreaterThanOrEqual(256);
    // A run of 5,000 s: no gap between two moments is longer than a hundredth of it.
    expect(Math.max(...gaps)).toBeLessThanOrEqual(50e6);
  });
});
