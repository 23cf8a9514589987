import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deliveriesPerMessage, isCarried, lagOf } from '../../src/run/carried.js';
import { exampleLatency, exampleLedger, exampleTrial } from '../support/example-result.js';
import { type SettingsChanges, settingsWith } from '../support/settings.js';

/** Five seconds in steps of 100 ms, in each of which so much flowed a second. */
function seriesOf(rates: readonly number[]) {
  const { series } = exampleTrial(0);
  return {
    series: { ...series, publishedPerSecond: rates.map(() => 1000), consumedPerSecond: rates },
  };
}

/** A trial that flowed at one rate but for some of its 50 steps. */
function flow(perSecond: number, changes: Readonly<Record<number, number>> = {}) {
  return seriesOf(Array.from({ length: 50 }, (_, step) => changes[step] ?? perSecond));
}

function behindOf(trial: ReturnType<typeof flow>, changes: SettingsChanges = {}): number {
  return lagOf(trial, settingsWith(changes), 1000).behindSeconds;
}

describe('how far behind a trial was', () => {
  test('is nothing when all that is due is consumed', () => {
    expect(behindOf(flow(1000))).toBe(0);
  });

  test('adds up all the while', () => {
    // A tenth too little for 5 seconds, of which the best moment is the first of the last second.
    expect(behindOf(flow(900))).toBeCloseTo(0.41, 9);
  });

  test('is what it was at the best moment of the last second', () => {
    expect(behindOf(flow(1000, { 48: 0, 49: 0 }))).toBe(0);
    expect(behindOf(flow(1000, { 20: 0, 21: 0, 30: 2000, 31: 2000 }))).toBeCloseTo(0, 9);
  });

  test('is not made up for by what came before the last second', () => {
    expect(behindOf(flow(1000, { 20: 0, 21: 0 }))).toBeCloseTo(0.2, 9);
  });

  test('is of messages that reach a consumer', () => {
    const changes = { publishers: { count: 4, unroutable: 1 } };
    expect(behindOf(flow(750), changes)).toBe(0);
  });

  test('is of publishing where no message reaches a consumer', () => {
    expect(behindOf(flow(0), { publishers: { count: 4, unroutable: 4 } })).toBe(0);
  });

  test('counts what is given back until it comes again', () => {
    const changes = { consumers: { nack: { share: 0.5, requeue: true } } };
    expect(behindOf(flow(1500), changes)).toBe(0);
    expect(behindOf(flow(1200), changes)).toBeCloseTo(0.82, 9);
  });
});

describe('a load is carried', () => {
  const trial = exampleTrial(1000);
  const lag = (behindSeconds: number, ratePerSecond = 1000) => ({ behindSeconds, ratePerSecond });

  test.each([
    [0.101, true],
    [0.103, false],
  ])('when a tenth of a second and two messages are missing: %d s, %s', (behind, is) => {
    expect(isCarried(trial, lag(behind))).toBe(is);
  });

  test('when two messages are missing, however few come', () => {
    expect(isCarried(trial, lag(20, 0.1))).toBe(true);
    expect(isCarried(trial, lag(21, 0.1))).toBe(false);
  });

  test('whatever a message takes to come when nothing is in its way', () => {
    const far = { ...trial, latencyMicros: { service: exampleLatency(2_000_000) } };
    expect(far.latencyMicros.service.min).toBe(500_000);
    expect(isCarried(far, lag(0.6))).toBe(true);
    expect(isCarried(far, lag(0.61))).toBe(false);
  });

  test('only if nothing was lost', () => {
    expect(isCarried({ ...trial, ledger: exampleLedger({ lost: 1 }) }, lag(0))).toBe(false);
  });

  test('if it is at most 2 % too much, and not if it is 3 %', () => {
    const shares = fc.double({ min: 0.5, max: 1, noNaN: true });
    fc.assert(
      fc.property(shares, (share) => {
        const is = isCarried(trial, lagOf(flow(1000 * share), settingsWith(), 1000));
        if (share >= 0.98) expect(is).toBe(true);
        if (share <= 0.97) expect(is).toBe(false);
      }),
    );
  });
});

test.each<[SettingsChanges, number]>([
  [{}, 1],
  [{ publishers: { count: 4, unroutable: 4 } }, 0],
  [{ consumers: { nack: { share: 0.25, requeue: true } } }, 1.25],
  [{ consumers: { nack: { share: 0.25, requeue: false } } }, 1],
])('with %j a message is delivered %d times', (changes, times) => {
  expect(deliveriesPerMessage(settingsWith(changes))).toBe(times);
});
