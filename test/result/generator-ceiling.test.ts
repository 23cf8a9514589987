import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ceiling, ceilingPerSecond } from '../../src/result/generator-ceiling.js';
import { exampleCalibration } from '../support/example-calibration.js';

function ceiling(payloadBytes: number, messagesPerSecond: number): Ceiling {
  return { mode: 'publish', payloadBytes, messagesPerSecond, cpuMicrosPerMessage: 1 };
}

const three = [ceiling(12, 4e6), ceiling(1024, 1e6), ceiling(65_536, 2e4)];
const rate = fc.double({ min: 1, max: 1e8, noNaN: true });
const size = fc.integer({ min: 12, max: 1_000_000 });
const measured = fc
  .uniqueArray(fc.tuple(size, rate), { minLength: 1, maxLength: 6, selector: ([bytes]) => bytes })
  .map((pairs) => pairs.map(([bytes, perSecond]) => ceiling(bytes, perSecond)));

function at(ceilings: readonly Ceiling[], payloadBytes: number): number {
  return ceilingPerSecond(ceilings, 'publish', payloadBytes) ?? Number.NaN;
}

describe('the ceiling of a body size', () => {
  test('that was measured is what was measured', () => {
    fc.assert(
      fc.property(measured, (ceilings) => {
        for (const { payloadBytes, messagesPerSecond } of ceilings) {
          expect(at(ceilings, payloadBytes) / messagesPerSecond).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  test('between two measured ones follows a line through their times, not their rates', () => {
    // Half way between 1 µs and 50 µs.
    expect(at(three, (1024 + 65_536) / 2)).toBeCloseTo(1e6 / 25.5, 3);
  });

  test('is exact where a message costs so much, and each of its bytes so much', () => {
    const { ceilings } = exampleCalibration();
    fc.assert(
      fc.property(fc.integer({ min: 12, max: 65_536 }), (bytes) => {
        const exact = 1 / (2e-7 + bytes * 4e-10);
        expect(at(ceilings, bytes) / exact).toBeCloseTo(1, 9);
      }),
    );
  });

  test('lies between its neighbours’', () => {
    fc.assert(
      fc.property(measured, size, (ceilings, bytes) => {
        const rates = ceilings.map(({ messagesPerSecond }) => messagesPerSecond);
        expect(at(ceilings, bytes)).toBeLessThanOrEqual(Math.max(...rates) * (1 + 1e-9));
      }),
    );
  });

  test.each([1, 11, 12])('of %d bytes is that of the smallest one', (bytes) => {
    expect(at(three, bytes)).toBe(4e6);
  });

  test('above the largest one is so many bytes a second as there', () => {
    expect(at(three, 131_072)).toBe(1e4);
    fc.assert(
      fc.property(measured, fc.integer({ min: 1_000_001, max: 1e8 }), (ceilings, bytes) => {
        const largest = [...ceilings].sort((a, b) => b.payloadBytes - a.payloadBytes)[0];
        const bytesPerSecond = (largest?.messagesPerSecond ?? 0) * (largest?.payloadBytes ?? 0);
        expect((at(ceilings, bytes) * bytes) / bytesPerSecond).toBeCloseTo(1, 9);
      }),
    );
  });

  test('does not depend on the order of what was measured', () => {
    fc.assert(
      fc.property(measured, size, (ceilings, bytes) => {
        expect(at([...ceilings].reverse(), bytes)).toBe(at(ceilings, bytes));
      }),
    );
  });

  test('of a mode that was not measured is unknown', () => {
    expect(ceilingPerSecond(three, 'loop', 12)).toBeUndefined();
  });
});
