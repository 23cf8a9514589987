import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesIn } from './frames-in.js';
import { asText, cutAt, outcomeOf, type Told } from './reading.js';
import { recordedFrames } from './recorded-exchange.js';

const kinds: Readonly<Record<number, Told['kind']>> = {
  1: 'method',
  2: 'header',
  3: 'body',
  8: 'heartbeat',
};

describe.each(Object.entries(recordedFrames))('what the %s sent in a real exchange', (_, bytes) => {
  const expected = asText(outcomeOf([bytes]));

  test('is told frame by frame, as they lie there', () => {
    const { told, failure } = outcomeOf([bytes]);
    expect(failure).toBeUndefined();
    const whole: Told[] = [];
    for (const { type, channel, payload } of framesIn(bytes)) {
      const kind = kinds[type] ?? 'method';
      const last = whole.at(-1);
      if (kind === 'body' && last?.kind === 'body') {
        whole[whole.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, payload]) };
      } else whole.push({ kind, channel, bytes: payload });
    }
    expect(asText({ told, failure })).toBe(asText({ told: whole, failure }));
    expect(new Set(told.map(({ kind }) => kind))).toEqual(new Set(Object.values(kinds)));
  });

  test('is told alike wherever it is cut into two reads', () => {
    const different = [...bytes.keys()].filter(
      (place) => asText(outcomeOf(cutAt(bytes, [place]))) !== expected,
    );
    expect(different).toEqual([]);
  });

  test('is told alike when every octet comes alone', () => {
    expect(asText(outcomeOf(cutAt(bytes, [...bytes.keys()])))).toBe(expected);
  });

  test('is told alike in whatever reads it comes', () => {
    const places = fc.array(fc.nat(bytes.length), { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(places, (cuts) => asText(outcomeOf(cutAt(bytes, cuts))) === expected),
      { numRuns: 3000 },
    );
  });
});
