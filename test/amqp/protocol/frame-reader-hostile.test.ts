import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyBytes, anyFrames, mutated } from './hostile-bytes.js';
import { asText, cutAt, type Outcome, outcomeOf, type Told } from './reading.js';
import { recordedFrames } from './recorded-exchange.js';

const cuts = fc.array(fc.nat(7000), { maxLength: 8 });

/** Of a body frame that turns out to be broken, a read that ends in it may have told a part. */
function withoutLastBodies({ told, failure }: Outcome): readonly Told[] {
  const last = told.findLastIndex(({ kind }) => kind !== 'body');
  return failure === undefined ? told : told.slice(0, last + 1);
}

/**
 * Feeding itself fails for any error but a ProtocolError, and for any place outside of what was read;
 * here come the rest of what must hold for all bytes.
 */
function expectOneOutcome(bytes: Buffer, places: readonly number[]): void {
  const whole = outcomeOf([bytes]);
  const inParts = outcomeOf(cutAt(bytes, places));
  // What lies around the bytes that were read makes no difference.
  const elsewhere = outcomeOf(cutAt(bytes, places), { filler: 0xce });
  if (asText(elsewhere) !== asText(inParts)) expect(elsewhere).toEqual(inParts);
  if (inParts.failure !== whole.failure) expect(inParts.failure).toBe(whole.failure);
  const expected = withoutLastBodies(whole);
  const told = withoutLastBodies(inParts);
  const failure = whole.failure;
  if (asText({ told, failure }) !== asText({ told: expected, failure })) {
    expect(told).toEqual(expected);
  }
  const bytesTold = inParts.told.reduce((sum, one) => sum + one.bytes.length, 0);
  if (bytesTold > bytes.length) expect(bytesTold).toBeLessThanOrEqual(bytes.length);
}

describe('bytes end in frames or in one ProtocolError, in whatever reads they come', () => {
  test.each(Object.entries(recordedFrames))('when a real %s’s are changed', (_, recorded) => {
    fc.assert(fc.property(mutated(recorded), cuts, expectOneOutcome), { numRuns: 7000 });
  });

  test('when they are frames that hold anything', () => {
    fc.assert(fc.property(anyFrames, cuts, expectOneOutcome), { numRuns: 10_000 });
  });

  test('when they are anything', () => {
    fc.assert(fc.property(anyBytes, cuts, expectOneOutcome), { numRuns: 10_000 });
  });
});
