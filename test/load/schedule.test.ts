import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Schedule } from '../../src/load/schedule.js';
import type { PublisherSchedule } from '../../src/plan/load-plan.js';
import { rateCurve } from '../../src/plan/rate-curve.js';
import type { Rate, RateStep } from '../../src/profile/settings.js';
import { present } from '../support/fake-channel.js';

function scheduleOf(
  perSecond: number | readonly RateStep[],
  changes: Partial<PublisherSchedule> = {},
): Schedule {
  const rate: Rate = { kind: 'each', perSecond };
  const curve = present(rateCurve(rate, 1, 0));
  return new Schedule({ curve, arrivals: 'constant', phase: 0, seed: 1, ...changes });
}

/** The first moments, ms. */
function firstMillis(schedule: Schedule, count: number): number[] {
  return Array.from({ length: count }, () => {
    const micros = schedule.nextMicros;
    schedule.advance();
    return Math.round(micros) / 1000;
  });
}

function countUntil(schedule: Schedule, untilMicros: number): number {
  let count = 0;
  for (; schedule.nextMicros < untilMicros; count++) schedule.advance();
  return count;
}

function step(seconds: number, fromPerSecond: number, toPerSecond = fromPerSecond): RateStep {
  return { durationMicros: seconds * 1e6, fromPerSecond, toPerSecond };
}

describe('messages at a constant rate', () => {
  test('are due at equal distances, the first one at once', () => {
    expect(firstMillis(scheduleOf(10), 3)).toEqual([0, 100, 200]);
  });

  test('are shifted by the phase, a part of the distance', () => {
    expect(firstMillis(scheduleOf(10, { phase: 0.25 }), 3)).toEqual([25, 125, 225]);
  });

  test('may be ten seconds apart', () => {
    expect(firstMillis(scheduleOf(0.1), 3)).toEqual([0, 10_000, 20_000]);
  });

  test('of many publishers make one even stream', () => {
    const rate: Rate = { kind: 'total', perSecond: 70 };
    const moments = Array.from({ length: 7 }, (_, id) => {
      const curve = present(rateCurve(rate, 7, 0));
      const plan = { curve, arrivals: 'constant', phase: id / 7, seed: 0 } as const;
      return firstMillis(new Schedule(plan), 10);
    }).flat();
    const distances = moments
      .sort((a, b) => a - b)
      .map((moment, i) => moment - (moments[i - 1] ?? Number.NaN))
      .slice(1);
    for (const distance of distances) expect(distance).toBeCloseTo(1000 / 70, 2);
  });

  test('do not drift: the millionth is as exact as the first', () => {
    const schedule = scheduleOf(3);
    for (let i = 0; i < 1_000_000; i++) schedule.advance();
    expect(schedule.nextMicros).toBeCloseTo(1e12 / 3, 3);
  });
});

describe('messages in steps and ramps', () => {
  test('follow each step at its rate', () => {
    const schedule = scheduleOf([step(0.2, 10), step(0.1, 20), step(1, 5)]);
    expect(firstMillis(schedule, 6)).toEqual([0, 100, 200, 250, 300, 500]);
  });

  test('wait through a step without a rate', () => {
    const schedule = scheduleOf([step(0.2, 10), step(5, 0), step(1, 10)]);
    expect(firstMillis(schedule, 4)).toEqual([0, 100, 5200, 5300]);
  });

  test('come ever closer in a ramp from nothing', () => {
    const schedule = scheduleOf([step(10, 0, 20)]);
    expect(firstMillis(schedule, 5)).toEqual([0, 1000, 1414.214, 1732.051, 2000]);
  });

  test('are never due again when the last rate is none', () => {
    const schedule = scheduleOf([step(1, 2, 0)]);
    expect(firstMillis(schedule, 1)).toEqual([0]);
    expect(schedule.nextMicros).toBe(Number.POSITIVE_INFINITY);
  });

  test('are at any time as many as the rate amounts to, give or take one', () => {
    const rate = fc.integer({ min: 0, max: 2000 });
    const steps = fc.array(
      fc.record({ millis: fc.integer({ min: 1, max: 3000 }), from: rate, to: rate }),
      { minLength: 1, maxLength: 5 },
    );
    const phase = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(steps, phase, fc.nat(3000), (drawn, shift, atMillis) => {
        const written = drawn.map(({ millis, from, to }) => step(millis / 1000, from, to));
        const count = countUntil(scheduleOf(written, { phase: shift }), atMillis * 1000);
        expect(Math.abs(count - amountOf(written, atMillis / 1000))).toBeLessThanOrEqual(1.001);
      }),
    );
  });
});

/** What steps and ramps amount to after so many seconds; the last rate goes on. */
function amountOf(steps: readonly RateStep[], seconds: number): number {
  let amount = 0;
  let left = seconds;
  for (const { durationMicros, fromPerSecond, toPerSecond } of steps) {
    const width = durationMicros / 1e6;
    const part = Math.min(left, width);
    const reached = fromPerSecond + ((toPerSecond - fromPerSecond) * part) / width;
    amount += (part * (fromPerSecond + reached)) / 2;
    left -= part;
  }
  return amount + left * (steps.at(-1)?.toPerSecond ?? 0);
}

describe('passing over what is due before a moment', () => {
  test('counts it as going through it one by one does, and goes on alike', () => {
    const rate = fc.integer({ min: 0, max: 3000 });
    const steps = fc.array(
      fc.record({ millis: fc.integer({ min: 1, max: 3000 }), from: rate, to: rate }),
      { minLength: 1, maxLength: 4 },
    );
    const arrivals = fc.constantFrom('constant', 'poisson');
    const moment = fc.nat(4_000_000);
    fc.assert(
      fc.property(steps, arrivals, fc.nat(100), moment, (drawn, kind, sent, untilMicros) => {
        const written = drawn.map(({ millis, from, to }) => step(millis / 1000, from, to));
        const [one, other] = [1, 2].map(() =>
          scheduleOf(written, { arrivals: kind, phase: 0.3, seed: 9 }),
        ) as [Schedule, Schedule];
        for (const schedule of [one, other]) for (let i = 0; i < sent; i++) schedule.advance();
        expect(one.passBefore(untilMicros)).toBe(countUntil(other, untilMicros));
        expect(one.nextMicros).toBe(other.nextMicros);
      }),
    );
  });

  test('takes no longer for billions of them', () => {
    const schedule = scheduleOf(1e9);
    expect(schedule.passBefore(60e6)).toBe(60e9);
  });

  test('of random arrivals goes by their expected number beyond a million', () => {
    const schedule = scheduleOf(1e9, { arrivals: 'poisson' });
    const count = schedule.passBefore(1e6);
    expect(Math.abs(count - 1e9)).toBeLessThan(1e4);
    expect(schedule.nextMicros).toBeGreaterThanOrEqual(1e6);
  });
});

describe('messages at random', () => {
  const poisson = (seed: number, perSecond: number | readonly RateStep[] = 100) =>
    scheduleOf(perSecond, { arrivals: 'poisson', seed });

  test('come at the same moments from the same seed', () => {
    expect(firstMillis(poisson(7), 50)).toEqual(firstMillis(poisson(7), 50));
  });

  test('come at other moments from another seed', () => {
    expect(firstMillis(poisson(7), 5)).not.toEqual(firstMillis(poisson(8), 5));
  });

  test('have a mean distance of the rate, and one as long as its standard deviation', () => {
    const moments = firstMillis(poisson(3), 20_000);
    const distances = moments.map((moment, i) => moment - (moments[i - 1] ?? 0));
    const mean = distances.reduce((total, one) => total + one, 0) / distances.length;
    const variance =
      distances.reduce((total, one) => total + (one - mean) ** 2, 0) / distances.length;
    expect(mean).toBeGreaterThan(9.7);
    expect(mean).toBeLessThan(10.3);
    expect(Math.sqrt(variance) / mean).toBeGreaterThan(0.97);
    expect(Math.sqrt(variance) / mean).toBeLessThan(1.03);
  });

  test('are of each part of a ramp as many as its rate amounts to, within their chance', () => {
    // 4,000 expected in the first half, 12,000 in the second; four standard deviations.
    const schedule = poisson(5, [step(16, 0, 2000)]);
    const first = countUntil(schedule, 8e6);
    const second = countUntil(schedule, 16e6);
    expect(Math.abs(first - 4000)).toBeLessThan(4 * Math.sqrt(4000));
    expect(Math.abs(second - 12_000)).toBeLessThan(4 * Math.sqrt(12_000));
  });
});
