import { describe, expect, test } from 'vitest';
import { exampleLatency } from '../../support/example-result.js';
import { consumerRecord, publisherRecord, samplerOf } from '../finished-trial.js';
import { firstText, kinds, warnings } from './judged.js';

describe('a busy generator', () => {
  test.each([
    [0.9, []],
    [0.91, ['generator-busy']],
  ])('is one with a publishing thread above nine tenths: %d', (loopUtilization, expected) => {
    const publishers = [publisherRecord(), publisherRecord({ loopUtilization })];
    expect(kinds({ finished: { publishers } })).toEqual(expected);
  });

  test('is one with a consuming thread that is', () => {
    const consumers = [consumerRecord({ loopUtilization: 0.97 }), consumerRecord()];
    expect(kinds({ finished: { consumers } })).toEqual(['generator-busy']);
  });

  test('is told with how busy the busiest thread was', () => {
    const publishers = [publisherRecord({ loopUtilization: 0.932 })];
    const consumers = [consumerRecord({ loopUtilization: 0.974 })];
    expect(firstText({ finished: { publishers, consumers } })).toContain('busy at 97 % or more');
  });
});

describe('disagreeing clocks', () => {
  test('are told with the number of messages over all threads', () => {
    const consumers = [
      consumerRecord({ negativeLatencies: 3 }),
      consumerRecord({ negativeLatencies: 4 }),
    ];
    const [warning] = warnings({ finished: { consumers } });
    expect(warning?.kind).toBe('clock');
    expect(warning?.text).toMatch(/^7 messages arrived before being sent/);
  });
});

describe('a late generator', () => {
  const late = (lag: number, latency = 1000) => ({
    endToEnd: exampleLatency(latency),
    publishLag: exampleLatency(lag),
  });

  test.each([
    [500, []],
    [501, ['generator-late']],
  ])('is one whose own lag is more than a tenth of the median latency: %d', (lag, expected) => {
    expect(kinds({ latencyMicros: late(lag, 5000) })).toEqual(expected);
  });

  test.each([
    [400, []],
    [401, ['generator-late']],
  ])('is none that is as late as it wakes, whatever the latency: %d', (lag, expected) => {
    expect(kinds({ latencyMicros: late(lag) })).toEqual(expected);
  });

  test('cannot be at rate max, where nothing is due', () => {
    expect(kinds({ latencyMicros: { service: exampleLatency(1000) } })).toEqual([]);
  });

  test('is told with its lag and the share it has in the latency', () => {
    expect(firstText({ latencyMicros: late(530) })).toContain('530 µs or more after they should');
    expect(firstText({ latencyMicros: late(530) })).toContain('53 % of the median latency');
  });

  /** Two publishers with a window of ten each; so many of their messages await confirms. */
  function causeWith(unconfirmed: number, confirm = '{ window: 10 }'): string | undefined {
    const profile = `name: a\npublishers: { count: 2, confirm: ${confirm} }`;
    // What the warm-up was like does not matter.
    const sampler = samplerOf(
      { atMicros: 2e6, published: 100, confirmed: 90 },
      { atMicros: 4e6, published: 200, confirmed: 200 - unconfirmed },
      { atMicros: 9e6, published: 300, confirmed: 300 - unconfirmed },
    );
    return firstText({ profile, finished: { sampler }, latencyMicros: late(530) });
  }

  test.each([
    [10, /The confirm windows were full: widen/],
    [9, /waited for a processor .* or the broker read too slowly/],
  ])('is told with why: of 20 that may, %d messages await their confirms', (unconfirmed, cause) => {
    expect(causeWith(unconfirmed)).toMatch(cause);
  });

  test('waits for something else without confirms, and while transactions are committed', () => {
    expect(causeWith(100, 'none')).toContain('waited for a processor');
    expect(causeWith(0, '{ transaction: 10 }')).toContain('while a transaction is committed');
  });

  test('is one whom the broker blocked, when it did', () => {
    const text = warnings({ latencyMicros: late(530), connections: { blocked: 1 } })
      .filter(({ kind }) => kind === 'generator-late')
      .map((one) => one.text);
    expect(text).toEqual([expect.stringContaining('The broker blocked publishers.')]);
  });
});
