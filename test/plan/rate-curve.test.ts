import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messagesIn, momentIn, peakPerSecond, rateCurve } from '../../src/plan/rate-curve.js';
import type { RateStep } from '../../src/profile/settings.js';

const forever = Number.POSITIVE_INFINITY;

function step(seconds: number, fromPerSecond: number, toPerSecond = fromPerSecond): RateStep {
  return { durationMicros: seconds * 1e6, fromPerSecond, toPerSecond };
}

function curveOf(steps: readonly RateStep[], warmupSeconds = 0) {
  return rateCurve({ kind: 'each', perSecond: steps }, 1, warmupSeconds * 1e6);
}

describe('the rate of a publisher over time', () => {
  test('is none at rate max', () => {
    expect(rateCurve({ kind: 'max' }, 2, 0)).toBeUndefined();
  });

  test('is one piece without an end when it is constant', () => {
    expect(rateCurve({ kind: 'each', perSecond: 5 }, 3, 2e6)).toEqual([
      { fromMicros: 0, untilMicros: forever, fromPerSecond: 5, toPerSecond: 5 },
    ]);
  });

  test('is its even share of what all send together', () => {
    const curve = rateCurve({ kind: 'total', perSecond: [step(1, 30), step(1, 60, 90)] }, 3, 0);
    expect(curve).toMatchObject([
      { fromPerSecond: 10, toPerSecond: 10 },
      { fromPerSecond: 20, toPerSecond: 30 },
      { fromPerSecond: 30, toPerSecond: 30 },
    ]);
  });

  test('begins with its steps at the end of the warm-up, whose rate is the first one', () => {
    expect(curveOf([step(2, 10), step(3, 20)], 5)).toEqual([
      { fromMicros: 0, untilMicros: 7e6, fromPerSecond: 10, toPerSecond: 10 },
      { fromMicros: 7e6, untilMicros: forever, fromPerSecond: 20, toPerSecond: 20 },
    ]);
  });

  test('holds the first rate of a ramp during the warm-up, and its last one after it', () => {
    expect(curveOf([step(2, 10, 40)], 1)).toEqual([
      { fromMicros: 0, untilMicros: 1e6, fromPerSecond: 10, toPerSecond: 10 },
      { fromMicros: 1e6, untilMicros: 3e6, fromPerSecond: 10, toPerSecond: 40 },
      { fromMicros: 3e6, untilMicros: forever, fromPerSecond: 40, toPerSecond: 40 },
    ]);
  });

  test('peaks where it is highest', () => {
    expect(peakPerSecond(curveOf([step(1, 5, 50), step(1, 20)]) ?? [])).toBe(50);
  });

  test('cannot be a share of a capacity that is not known', () => {
    expect(() => rateCurve({ kind: 'of-capacity', share: 0.5 }, 1, 0)).toThrow('capacity');
  });
});

describe('a piece of a rate', () => {
  const rates = fc.double({ min: 0, max: 1e6, noNaN: true });
  const pieces = fc
    .record({
      fromMicros: fc.double({ min: 0, max: 1e9, noNaN: true }),
      seconds: fc.double({ min: 0.001, max: 1000, noNaN: true }),
      fromPerSecond: rates,
      toPerSecond: rates,
    })
    .map(({ seconds, ...piece }) => ({ ...piece, untilMicros: piece.fromMicros + seconds * 1e6 }))
    .filter((piece) => messagesIn(piece) > 1e-3);

  test('has its messages due within it, in their order', () => {
    fc.assert(
      fc.property(pieces, fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (piece, shares) => {
        const order = [0, ...shares.sort((a, b) => a - b)];
        const moments = order.map((share) => momentIn(piece, share * messagesIn(piece)));
        // To the last digits of a number, in which two moments may be the wrong way round.
        const digits = piece.untilMicros * 1e-12;
        for (const [i, moment] of moments.entries()) {
          expect(moment).toBeGreaterThanOrEqual((moments[i - 1] ?? piece.fromMicros) - digits);
          expect(moment).toBeLessThanOrEqual(piece.untilMicros * (1 + 1e-6));
        }
      }),
    );
  });

  test('has as many messages due by a moment as the rate amounts to until then', () => {
    fc.assert(
      fc.property(pieces, fc.double({ min: 0, max: 1, noNaN: true }), (piece, share) => {
        const messages = share * messagesIn(piece);
        const moment = momentIn(piece, messages);
        const part = (moment - piece.fromMicros) / (piece.untilMicros - piece.fromMicros);
        const reached = piece.fromPerSecond + part * (piece.toPerSecond - piece.fromPerSecond);
        const amount = messagesIn({ ...piece, untilMicros: moment, toPerSecond: reached });
        expect(Math.abs(amount - messages)).toBeLessThanOrEqual(1e-6 * (1 + messagesIn(piece)));
      }),
    );
  });

  test('of a rate from nothing begins slowly: a quarter is due by the middle', () => {
    const piece = { fromMicros: 0, untilMicros: 2e6, fromPerSecond: 0, toPerSecond: 100 };
    expect(messagesIn(piece)).toBe(100);
    expect(momentIn(piece, 25)).toBeCloseTo(1e6, 3);
  });

  test('without a rate has no messages, however long it lasts', () => {
    const piece = { fromMicros: 0, untilMicros: forever, fromPerSecond: 0, toPerSecond: 0 };
    expect(messagesIn(piece)).toBe(0);
  });
});
