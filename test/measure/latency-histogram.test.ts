import fc from 'fast-check';
import { build, encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../src/base/random.js';
import {
  LatencyHistogram,
  type LatencySummary,
  type QuantileName,
} from '../../src/measure/latency-histogram.js';

const hourMicros = 3600e6;

/** Latencies of every magnitude from a microsecond to an hour. */
const latency = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.nat(2 ** 31 - 1))
  .map(([exponent, low]) => Math.min(2 ** exponent + (low % 2 ** exponent), hourMicros));

function histogramOf(samples: readonly number[]): LatencyHistogram {
  const histogram = LatencyHistogram.empty();
  for (const sample of samples) histogram.record(sample);
  return histogram;
}

function summaryOf(histogram: LatencyHistogram): LatencySummary {
  const summary = histogram.summarize();
  if (summary === undefined) throw new Error('nothing was recorded');
  return summary;
}

/** The summary without what only a histogram that was never encoded knows to the microsecond. */
function shapeOf(histogram: LatencyHistogram): Omit<LatencySummary, 'max' | 'histogram'> {
  const { max: _, histogram: __, ...shape } = summaryOf(histogram);
  return shape;
}

/** Which of 10,000 ordered samples each quantile is, counted from 1. */
const ranks: readonly [QuantileName, number][] = [
  ['p50', 5000],
  ['p90', 9000],
  ['p99', 9900],
  ['p999', 9990],
  ['p9999', 9999],
];

/** 10,000 samples of all magnitudes, in no order. */
function samplesOf(seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 10_000 }, () => {
    const magnitude = 10 ** random.below(9);
    return magnitude + random.below(9 * magnitude);
  }).map((micros) => Math.min(micros, hourMicros));
}

describe('a latency histogram', () => {
  test('is to the byte what the library makes of the same samples one by one', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), (samples) => {
        const library = build({
          bitBucketSize: 64,
          autoResize: false,
          lowestDiscernibleValue: 1,
          highestTrackableValue: hourMicros,
          numberOfSignificantValueDigits: 3,
        });
        for (const sample of samples) library.recordValue(sample);
        const summary = summaryOf(histogramOf(samples));
        expect(summary.histogram).toBe(encodeIntoCompressedBase64(library));
        expect(summary.max).toBe(library.getValueAtPercentile(100));
      }),
    );
  });

  test('states every quantile to three significant digits', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const samples = samplesOf(seed);
        const summary = summaryOf(histogramOf(samples));
        const ordered = samples.toSorted((a, b) => a - b);
        for (const [name, rank] of ranks) {
          const exact = ordered[rank - 1] ?? Number.NaN;
          expect(Math.abs(summary[name] - exact)).toBeLessThanOrEqual(exact / 1000);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('states count, least, greatest and mean', () => {
    const samples = samplesOf(1);
    const summary = summaryOf(histogramOf(samples));
    const mean = samples.reduce((total, sample) => total + sample, 0) / samples.length;
    const [min, max] = [Math.min(...samples), Math.max(...samples)];
    expect(summary.count).toBe(10_000);
    expect(Math.abs(summary.min - min)).toBeLessThanOrEqual(min / 1000);
    expect(Math.abs(summary.max - max)).toBeLessThanOrEqual(max / 1000);
    expect(Math.abs(summary.mean - mean)).toBeLessThanOrEqual(mean / 1000);
  });

  test('states small latencies exactly', () => {
    const summary = summaryOf(histogramOf([3, 1, 2, 4]));
    expect(summary).toMatchObject({ count: 4, min: 1, p50: 2, p90: 4, max: 4, mean: 2.5 });
  });

  test('states no quantile above the greatest sample, and no mean', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 20 }), (samples) => {
        const { p50, p90, p99, p999, p9999, max, mean } = summaryOf(histogramOf(samples));
        for (const value of [p50, p90, p99, p999, p9999, mean]) {
          expect(value).toBeLessThanOrEqual(max);
        }
      }),
      { examples: [[[123_456]]] },
    );
  });

  test('counts the whole microseconds of a sample', () => {
    expect(summaryOf(histogramOf([5.9]))).toMatchObject({ min: 5, max: 5 });
  });

  test('counts less than a microsecond as nothing', () => {
    expect(summaryOf(histogramOf([0.9]))).toMatchObject({ count: 1, max: 0 });
  });

  test('counts what took longer than an hour as an hour', () => {
    const { count, min, max } = summaryOf(histogramOf([2 * hourMicros, Number.POSITIVE_INFINITY]));
    expect(count).toBe(2);
    expect(Math.abs(min - hourMicros)).toBeLessThanOrEqual(hourMicros / 1000);
    expect(Math.abs(max - hourMicros)).toBeLessThanOrEqual(hourMicros / 1000);
  });

  test('has no summary when nothing was recorded', () => {
    expect(LatencyHistogram.empty().summarize()).toBeUndefined();
  });
});

describe('merging', () => {
  test('gives the histogram of all samples together', () => {
    const some = fc.array(latency, { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(some, some, (one, other) => {
        const merged = histogramOf(one);
        merged.merge(histogramOf(other));
        expect(merged.encode()).toBe(histogramOf([...one, ...other]).encode());
      }),
      { numRuns: 50 },
    );
  });

  test('leaves the other histogram as it was', () => {
    const other = histogramOf([7]);
    histogramOf([1, 2, 3]).merge(other);
    expect(summaryOf(other)).toMatchObject({ count: 1, min: 7, max: 7 });
  });

  test('adds nothing from an empty histogram', () => {
    const merged = histogramOf([1, 2, 3]);
    merged.merge(LatencyHistogram.empty());
    expect(merged.encode()).toBe(histogramOf([1, 2, 3]).encode());
  });
});

describe('encoding', () => {
  test('keeps count, quantiles and mean', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 50 }), (samples) => {
        const histogram = histogramOf(samples);
        const restored = LatencyHistogram.decode(histogram.encode());
        expect(shapeOf(restored)).toEqual(shapeOf(histogram));
      }),
      { numRuns: 50 },
    );
  });

  test('keeps the greatest sample to three significant digits', () => {
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1, maxLength: 50 }), (samples) => {
        const max = Math.max(...samples);
        const restored = summaryOf(LatencyHistogram.decode(histogramOf(samples).encode()));
        expect(Math.abs(restored.max - max)).toBeLessThanOrEqual(max / 1000);
      }),
      { numRuns: 50 },
    );
  });

  test('can be repeated without any further loss', () => {
    fc.assert(
      fc.property(fc.array(latency, { maxLength: 50 }), (samples) => {
        const once = histogramOf(samples).encode();
        expect(LatencyHistogram.decode(once).encode()).toBe(once);
      }),
      { numRuns: 50 },
    );
  });

  test('is what a summary carries', () => {
    const histogram = histogramOf([1, 2, 3]);
    expect(summaryOf(histogram).histogram).toBe(histogram.encode());
  });

  test('of a restored histogram can be merged with another', () => {
    const restored = LatencyHistogram.decode(histogramOf([1, 2]).encode());
    restored.merge(LatencyHistogram.decode(histogramOf([3, hourMicros]).encode()));
    expect(summaryOf(restored)).toMatchObject({ count: 4, min: 1, p50: 2 });
  });
});
