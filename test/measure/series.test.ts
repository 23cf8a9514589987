import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stepsMax, toSeries } from '../../src/measure/series.js';
import { sampleAt } from './sampled.js';

const stepMicros = 100_000;

/** Moments of a sampler whose timer is late by up to four fifths of a step, the last one on time. */
const jitteredMoments = fc
  .array(fc.nat(80_000), { minLength: 1, maxLength: 60 })
  .map((late) => [...late.map((micros, i) => i * stepMicros + (i === 0 ? 0 : micros))])
  .map((moments) => [...moments, moments.length * stepMicros]);

describe('a series', () => {
  test('of a constant rate has constant steps, however late the samples were', () => {
    const rates = fc.integer({ min: 0, max: 1_000_000 });
    fc.assert(
      fc.property(jitteredMoments, rates, (moments, perSecond) => {
        const samples = moments.map((at) => sampleAt(at, (at * perSecond) / 1e6));
        const { publishedPerSecond } = toSeries(samples, 0, stepMicros);
        expect(publishedPerSecond).toHaveLength(moments.length - 1);
        for (const rate of publishedPerSecond) expect(rate).toBeCloseTo(perSecond, 2);
      }),
    );
  });

  test('adds up to what the samples counted', () => {
    const jittered = jitteredMoments.chain((moments) =>
      fc
        .array(fc.nat(10_000), { minLength: moments.length, maxLength: moments.length })
        .map((counts) => ({ moments, counts })),
    );
    fc.assert(
      fc.property(jittered, ({ moments, counts }) => {
        let total = 0;
        const samples = moments.map((at, i) => {
          total += counts[i] ?? 0;
          return sampleAt(at, total);
        });
        const { consumedPerSecond, stepSeconds } = toSeries(samples, 0, stepMicros);
        const sum = consumedPerSecond.reduce((all, rate) => all + rate * stepSeconds, 0);
        expect(sum).toBeCloseTo(total - (counts[0] ?? 0), 1);
      }),
    );
  });

  test('puts a total that falls between two borders where it belongs in time', () => {
    const samples = [sampleAt(0, 0), sampleAt(150_000, 30), sampleAt(200_000, 30)];
    expect(toSeries(samples, 0, stepMicros).publishedPerSecond).toEqual([200, 100]);
  });

  test('tells what was published, confirmed and consumed apart', () => {
    const samples = [
      sampleAt(0, 0),
      {
        atMicros: stepMicros,
        totals: { published: 3, confirmed: 2, consumed: 1, down: 0, blocked: 0 },
      },
    ];
    expect(toSeries(samples, 0, stepMicros)).toEqual({
      startSeconds: 0,
      stepSeconds: 0.1,
      publishedPerSecond: [30],
      confirmedPerSecond: [20],
      consumedPerSecond: [10],
    });
  });

  test('begins with the first sample, before the start instant when that was earlier', () => {
    const samples = [sampleAt(2_000_000, 0), sampleAt(2_100_000, 1)];
    expect(toSeries(samples, 5_000_000, stepMicros).startSeconds).toBe(-3);
  });

  test.each([
    [299, 299, 0.1],
    [300, 300, 0.1],
    [301, 150, 0.2],
    [600, 300, 0.2],
    [601, 200, 0.3],
    [36_000, 300, 12],
  ])('of %d sample steps has %d steps of %d s', (sampled, steps, stepSeconds) => {
    const samples = Array.from({ length: sampled + 1 }, (_, i) => sampleAt(i * stepMicros, i));
    const series = toSeries(samples, 0, stepMicros);
    expect(series.stepSeconds).toBe(stepSeconds);
    expect(series.publishedPerSecond).toHaveLength(steps);
    for (const rate of series.publishedPerSecond) expect(rate).toBeCloseTo(10, 2);
  });

  test('has no more steps than a result keeps, and leaves out less than one', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(stepMicros - 1), (sampled, rest) => {
        const span = sampled * stepMicros + rest;
        const { publishedPerSecond, stepSeconds } = toSeries(
          [sampleAt(0, 0), sampleAt(span, 1)],
          0,
          stepMicros,
        );
        expect(publishedPerSecond.length).toBeLessThanOrEqual(stepsMax);
        const left = span / 1e6 - publishedPerSecond.length * stepSeconds;
        expect(left).toBeGreaterThan(-1e-6);
        expect(left).toBeLessThan(stepSeconds);
      }),
    );
  });

  test.each([
    ['no sample', []],
    ['one sample', [sampleAt(5, 5)]],
  ])('of %s has no step', (_, samples) => {
    expect(toSeries(samples, 0, stepMicros)).toMatchObject({
      publishedPerSecond: [],
      confirmedPerSecond: [],
      consumedPerSecond: [],
    });
  });
});
