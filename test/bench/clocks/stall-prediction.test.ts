import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { predictedMicros, type Stall } from './stall-prediction.js';

/** Every message of the window one by one: due, sent or held, and carried away in turn. */
function latenciesOf(stall: Stall): number[] {
  const { lengthMicros, ratePerSecond, catchUpPerSecond, windowSeconds } = stall;
  const latencies: number[] = [];
  let freeAtMicros = lengthMicros;
  for (let message = 0; message < ratePerSecond * windowSeconds; message++) {
    const dueMicros = (message * 1e6) / ratePerSecond;
    const doneMicros = Math.max(dueMicros, freeAtMicros);
    latencies.push(doneMicros - dueMicros);
    freeAtMicros = doneMicros + 1e6 / catchUpPerSecond;
  }
  return latencies.sort((a, b) => a - b);
}

const someStall = fc.record({
  lengthMicros: fc.integer({ min: 100_000, max: 1_000_000 }),
  ratePerSecond: fc.constant(2000),
  catchUpPerSecond: fc.integer({ min: 4000, max: 1_000_000 }),
  windowSeconds: fc.integer({ min: 2, max: 20 }),
});

describe('the closed form of a stall', () => {
  test('is what becomes of the messages one by one', () => {
    const shares = fc.constantFrom(0.5, 0.9, 0.99, 0.999, 1);
    fc.assert(
      fc.property(someStall, shares, (stall, share) => {
        const latencies = latenciesOf(stall);
        const simulated = latencies[Math.ceil(share * latencies.length) - 1] ?? Number.NaN;
        // Messages come one by one, and the closed form is of a flow.
        const betweenMessagesMicros = 1e6 / stall.ratePerSecond;
        const difference = Math.abs(predictedMicros(share, stall) - simulated);
        expect(difference).toBeLessThan(2 * betweenMessagesMicros);
      }),
    );
  });

  test('gives the longest wait the length of the stall', () => {
    fc.assert(
      fc.property(someStall, (stall) => {
        expect(predictedMicros(1, stall)).toBe(stall.lengthMicros);
      }),
    );
  });

  test('knows of messages that do not wait at all', () => {
    const stall = {
      lengthMicros: 1e6,
      ratePerSecond: 10_000,
      catchUpPerSecond: 1e6,
      windowSeconds: 20,
    };
    expect(predictedMicros(0.9, stall)).toBe(0);
    expect(predictedMicros(0.99, stall)).toBeCloseTo(802_000, 5);
  });
});
