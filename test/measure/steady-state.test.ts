import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/base/random.js';
import type { Sample } from '../../src/measure/series.js';
import { type SteadyState, steadyState } from '../../src/measure/steady-state.js';
import { normalDraw, sampleAt } from './sampled.js';

const batchMicros = 500_000;
const messagesPerBatch = 5000;

/** Samples every 100 ms, each batch at its own rate, from a second before the window on. */
function sampled(batches: readonly number[]): Sample[] {
  const warmup = [1, 1];
  const samples = [sampleAt(-2 * batchMicros, 0)];
  let total = 0;
  [...warmup, ...batches].forEach((rate, batch) => {
    for (let step = 1; step <= 5; step++) {
      total += (rate * messagesPerBatch) / 5;
      samples.push(sampleAt((batch - 2) * batchMicros + step * 100_000, total));
    }
  });
  return samples;
}

function judge(batches: readonly number[], length = batches.length): SteadyState {
  const window = { startMicros: 0, stopMicros: length * batchMicros };
  return steadyState(sampled(batches), 'consumed', window);
}

/** Twenty batches of a rate over the window, its time from 0 to 1. */
function shaped(rate: (time: number) => number): number[] {
  return Array.from({ length: 20 }, (_, i) => rate((i + 0.5) / 20));
}

/** With noise on it, of this coefficient of variation, neighbours correlated: AR(1). */
function noisy(
  batches: readonly number[],
  noise: { readonly variation: number; readonly correlation: number; readonly random: Random },
): number[] {
  const { variation, correlation, random } = noise;
  let deviation = normalDraw(random);
  return batches.map((rate) => {
    const noisyRate = Math.max(0, rate + variation * deviation);
    deviation = correlation * deviation + Math.sqrt(1 - correlation ** 2) * normalDraw(random);
    return noisyRate;
  });
}

const constant = () => 1;
const ramp = (time: number) => Math.min(1, time / 0.4);
const drift = (time: number) => 0.75 + time / 2;
const collapse = (time: number) => (time < 0.8 ? 1 : 0.1);

/** How many of a thousand windows of such a rate in such noise are flagged. */
function flaggedOfThousand(
  rate: (time: number) => number,
  variation: number,
  correlation: number,
): number {
  const random = seededRandom(20_260_102);
  const noise = { variation, correlation, random };
  const windows = Array.from({ length: 1000 }, () => judge(noisy(shaped(rate), noise)));
  return windows.filter(({ verdict }) => verdict === 'unsettled').length;
}

describe('a rate', () => {
  test('that is constant has settled, with nothing to cut', () => {
    expect(judge(shaped(constant))).toEqual({
      rate: 'consumed',
      verdict: 'settled',
      batches: 20,
      truncatedSeconds: 0,
      truncatedFrom: 'start',
      shiftShare: 0,
    });
  });

  test('that rises over two fifths of the window has not settled: MSER cuts the rise off', () => {
    expect(judge(shaped(ramp))).toEqual({
      rate: 'consumed',
      verdict: 'unsettled',
      batches: 20,
      truncatedSeconds: 4,
      truncatedFrom: 'start',
      // Of 0.8 on average, 1 is kept.
      shiftShare: 0.25,
    });
  });

  test('that collapses late has not settled: the collapse is cut off the end', () => {
    expect(judge(shaped(collapse))).toMatchObject({
      verdict: 'unsettled',
      truncatedSeconds: 2,
      truncatedFrom: 'end',
      shiftShare: 0.2195,
    });
  });

  test('that drifts all the time has not settled, however much is cut', () => {
    expect(judge(shaped(drift))).toMatchObject({ verdict: 'unsettled', truncatedSeconds: 5 });
  });

  test.each([
    [0.69, 0.0488, 'settled'],
    [0.68, 0.0504, 'unsettled'],
  ])(
    'that starts at %d of what follows, so that cutting adds %d to its mean, is %s',
    (low, shiftShare, verdict) => {
      const found = judge(shaped((time) => (time < 0.15 ? low : 1)));
      expect(found).toMatchObject({ verdict, shiftShare, truncatedSeconds: 1.5 });
    },
  );

  test('of nothing at all has settled', () => {
    expect(judge(shaped(() => 0))).toMatchObject({ verdict: 'settled', shiftShare: 0 });
  });

  test.each([0, 3, 19])('of a single message, here in batch %d, has settled', (batch) => {
    const one = Array.from({ length: 20 }, (_, i) => (i === batch ? 1 / messagesPerBatch : 0));
    expect(judge(one).verdict).toBe('settled');
  });

  test('of so few messages that chance explains their course has settled', () => {
    const rates = shaped((time) => (time < 0.5 ? 2 : 4) / messagesPerBatch);
    expect(judge(rates).verdict).toBe('settled');
  });

  test('is judged by the window alone, whatever the warm-up was like', () => {
    const window = { startMicros: 10 * batchMicros, stopMicros: 30 * batchMicros };
    const samples = sampled([...Array(10).fill(0.1), ...shaped(constant)]);
    expect(steadyState(samples, 'consumed', window)).toMatchObject({
      verdict: 'settled',
      truncatedSeconds: 0,
    });
  });
});

describe('the verdict', () => {
  test.each([
    [19, 'unknown'],
    [20, 'settled'],
  ])('on %d batches is %s', (length, verdict) => {
    expect(judge(Array(length).fill(1))).toMatchObject({ verdict, batches: length });
  });

  test('is unknown where samples do not reach over 20 batches of the window', () => {
    expect(judge(Array(19).fill(1), 30)).toMatchObject({ verdict: 'unknown', batches: 19 });
  });

  test.each([
    [100_000, 20],
    [100_001, 0],
  ])('is had from samples that begin at most one late: %d µs', (late, batches) => {
    const window = { startMicros: -2 * batchMicros - late, stopMicros: 18 * batchMicros };
    const samples = sampled(Array(20).fill(1));
    expect(steadyState(samples, 'consumed', window).batches).toBe(batches);
  });

  test('is unknown without samples, and when they begin too late', () => {
    const window = { startMicros: -20e6, stopMicros: 10e6 };
    const none = { verdict: 'unknown', batches: 0, truncatedSeconds: null, shiftShare: null };
    expect(steadyState([], 'consumed', window)).toMatchObject(none);
    expect(steadyState(sampled(shaped(constant)), 'consumed', window)).toMatchObject(none);
  });

  test('does not lose a batch to fractions of microseconds', () => {
    const startMicros = 1_234_567.1;
    const window = { startMicros, stopMicros: startMicros + 10e6 - 1e-3 };
    const samples = sampled(Array(30).fill(1));
    expect(steadyState(samples, 'consumed', window).batches).toBe(20);
  });

  test('is that of the rate asked for', () => {
    const flat = sampled(shaped(constant));
    const samples = flat.map(({ atMicros, totals }, i) => {
      const published = i < 50 ? 0 : (i - 50) * 1000;
      return { atMicros, totals: { ...totals, published } };
    });
    const window = { startMicros: 0, stopMicros: 20 * batchMicros };
    expect(steadyState(samples, 'published', window).verdict).toBe('unsettled');
    expect(steadyState(samples, 'consumed', window).verdict).toBe('settled');
  });
});

describe('noise alone', () => {
  test.each([
    [0.05, 0, 2],
    [0.1, 0, 10],
    [0.4, 0, 10],
    [0.05, 0.3, 10],
    [0.1, 0.3, 25],
    [0.05, 0.5, 10],
    [0.1, 0.5, 70],
  ])(
    'of variation %d and correlation %d is flagged in at most %d of 1000 windows',
    (variation, correlation, most) => {
      expect(flaggedOfThousand(constant, variation, correlation)).toBeLessThanOrEqual(most);
    },
  );

  test.each([
    ['a ramp', ramp, 0.1, 0, 990],
    ['a ramp', ramp, 0.1, 0.5, 985],
    ['a late collapse', collapse, 0.1, 0, 990],
    ['a late collapse', collapse, 0.1, 0.5, 985],
    ['a drift', drift, 0.05, 0, 970],
    ['a drift', drift, 0.1, 0.5, 750],
  ])('does not hide %s', (_, rate, variation, correlation, least) => {
    expect(flaggedOfThousand(rate, variation, correlation)).toBeGreaterThanOrEqual(least);
  });
});
