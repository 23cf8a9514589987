import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LatencyHistogram, type LatencySummary } from '../../src/measure/latency-histogram.js';
import { mergeHistograms, mergeTrials } from '../../src/run/merge-latencies.js';
import { exampleTrial } from '../support/example-result.js';
import { encoded } from './finished-trial.js';

const none = { endToEnd: [], service: [], confirm: [], confirmService: [], publishLag: [] };
const samples = fc.array(fc.integer({ min: 0, max: 3_600_000_000 }), { maxLength: 50 });

function summaryOf(...micros: readonly number[]): LatencySummary | undefined {
  return LatencyHistogram.decode(encoded(...micros)).summarize();
}

describe('merged histograms', () => {
  test('are what one histogram of all samples would be', () => {
    fc.assert(
      fc.property(fc.array(samples, { maxLength: 4 }), (parts) => {
        const histograms = { ...none, service: parts.map((part) => encoded(...part)) };
        expect(mergeHistograms(histograms).service).toEqual(summaryOf(...parts.flat()));
      }),
      { numRuns: 50 },
    );
  });

  test('stay apart by name', () => {
    const latencies = mergeHistograms({ ...none, confirm: [encoded(5)], service: [encoded(9)] });
    expect([latencies.confirm?.max, latencies.service?.max]).toEqual([5, 9]);
  });

  test('leave out a name without a sample', () => {
    const latencies = mergeHistograms({ ...none, service: [encoded(1)], endToEnd: [encoded()] });
    expect(Object.keys(latencies)).toEqual(['service']);
  });
});

describe('the latencies of a case', () => {
  const trial = (valid: boolean, ...micros: readonly number[]) => {
    const service = summaryOf(...micros);
    return exampleTrial(1, { valid, latencyMicros: service === undefined ? {} : { service } });
  };

  test('are those of its trials together', () => {
    const merged = mergeTrials([trial(true, 100, 200), trial(true, 300)]);
    expect(merged.service).toEqual(summaryOf(100, 200, 300));
  });

  test('are those of its valid trials only', () => {
    const merged = mergeTrials([trial(true, 100), trial(false, 900), trial(true)]);
    expect(merged.service).toEqual(summaryOf(100));
  });

  test('are none when no trial is valid', () => {
    expect(mergeTrials([trial(false, 900)])).toEqual({});
  });
});
