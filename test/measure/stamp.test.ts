import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  packLag,
  publishersMax,
  readLagMicros,
  readPublisher,
  readSentMicros,
  readSequence,
  stampBytes,
  stampOf,
  unpackLag,
  writeMessage,
  writePublisher,
} from '../../src/measure/stamp.js';

const wrap = 2 ** 32;
const wrapMicros = wrap;
const minute = 60e6;

/** A stamp at the beginning of a body. */
function stamp(message: { sequence?: number; sent?: number; lag?: number }): Buffer {
  const bytes = Buffer.alloc(stampBytes);
  writeMessage(bytes, 0, message.sequence ?? 0, message.sent ?? 0, message.lag ?? 0);
  return bytes;
}

describe('a stamp', () => {
  test('gives back what was written, wherever it stands', () => {
    const messages = fc.record({
      offset: fc.nat(100),
      publisher: fc.integer({ min: 0, max: publishersMax - 1 }),
      sequence: fc.integer({ min: 0, max: 0xffff_ffff }),
      sent: fc.integer({ min: 0, max: 35 * minute }),
      lag: fc.nat(2047),
    });
    fc.assert(
      fc.property(messages, ({ offset, publisher, sequence, sent, lag }) => {
        const bytes = Buffer.alloc(offset + stampBytes);
        writePublisher(bytes, offset, publisher);
        writeMessage(bytes, offset, sequence, sent, lag);
        expect({
          publisher: readPublisher(bytes, offset),
          sequence: readSequence(bytes, offset, sequence),
          sent: readSentMicros(bytes, offset, sent),
          lag: readLagMicros(bytes, offset),
        }).toEqual({ publisher, sequence, sent, lag });
      }),
    );
  });

  test('touches no byte beside its twelve', () => {
    const bytes = Buffer.alloc(stampBytes + 2, 0xaa);
    writePublisher(bytes, 1, 0);
    writeMessage(bytes, 1, 0, 0, 0);
    expect([...bytes]).toEqual([0xaa, ...new Array(12).fill(0), 0xaa]);
  });

  test('is laid out in big-endian as publisher, sequence, sent and lag', () => {
    const bytes = stamp({ sequence: 0x01020304, sent: 0x05060708, lag: 0x090 });
    writePublisher(bytes, 0, 0x0a0b);
    expect(bytes.toString('hex')).toBe('0a0b01020304050607080090');
  });
});

describe('a stamp of a publisher alone', () => {
  test('names it, and tells of no message', () => {
    expect(stampOf(0x0a0b).toString('hex')).toBe('0a0b00000000000000000000');
  });
});

describe('the sequence', () => {
  const half = 2 ** 31;

  test('is unwrapped by one that came before or after it, however long the run', () => {
    const messages = fc.record({
      near: fc.oneof(
        fc.nat(100),
        fc.integer({ min: wrap - 100, max: wrap + 100 }),
        fc.integer({ min: 0, max: 50 * wrap }),
      ),
      away: fc.oneof(
        fc.integer({ min: -200, max: 200 }),
        fc.integer({ min: 1 - half, max: half - 1 }),
      ),
    });
    fc.assert(
      fc.property(messages, ({ near, away }) => {
        const sequence = Math.max(0, near + away);
        expect(readSequence(stamp({ sequence }), 0, near)).toBe(sequence);
      }),
      {
        examples: [
          [{ near: wrap - 1, away: 1 }],
          [{ near: wrap, away: -1 }],
          [{ near: half, away: half - 1 }],
          [{ near: wrap, away: half - 1 }],
        ],
      },
    );
  });

  test('is never negative, but as the stamp has it when nothing near came before', () => {
    expect(readSequence(stamp({ sequence: wrap - 1 }), 0, 0)).toBe(wrap - 1);
    expect(readSequence(stamp({ sequence: half + 5 }), 0, 3)).toBe(half + 5);
  });
});

describe('the sent moment', () => {
  test('is unwrapped for any age below 35 minutes, however long the run', () => {
    const moments = fc.record({
      now: fc.integer({ min: 35 * minute, max: 600 * minute }),
      age: fc.integer({ min: 0, max: 35 * minute - 1 }),
    });
    fc.assert(
      fc.property(moments, ({ now, age }) => {
        expect(readSentMicros(stamp({ sent: now - age }), 0, now)).toBe(now - age);
      }),
      { examples: [[{ now: wrapMicros, age: 1 }], [{ now: wrapMicros + 5, age: 5 }]] },
    );
  });

  test('is off by no more than a microsecond when moments are not whole', () => {
    const micros = fc.double({ min: 0, max: 35 * minute, noNaN: true });
    fc.assert(
      fc.property(micros, micros, (sent, age) => {
        const now = sent + age;
        const late = sent - readSentMicros(stamp({ sent }), 0, now);
        expect(Math.abs(late)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('lies in the future, so that the latency is negative, if the stamp says so', () => {
    const moments = fc.record({
      now: fc.integer({ min: 0, max: 600 * minute }),
      ahead: fc.integer({ min: 1, max: 35 * minute }),
    });
    fc.assert(
      fc.property(moments, ({ now, ahead }) => {
        const latency = now - readSentMicros(stamp({ sent: now + ahead }), 0, now);
        expect(latency).toBe(-ahead);
      }),
    );
  });
});

describe('a packed lag', () => {
  const lags = fc.integer({ min: 0, max: wrapMicros - 1 });

  test('is exact below 2,048 µs', () => {
    for (let micros = 0; micros < 2048; micros++) expect(unpackLag(packLag(micros))).toBe(micros);
  });

  test('is off by at most one part in 2,048 above', () => {
    const anyMagnitude = fc
      .tuple(fc.integer({ min: 11, max: 31 }), fc.nat(2 ** 31 - 1))
      .map(([exponent, low]) => 2 ** exponent + (low % 2 ** exponent));
    fc.assert(
      fc.property(anyMagnitude, (micros) => {
        expect(Math.abs(unpackLag(packLag(micros)) - micros)).toBeLessThanOrEqual(micros / 2048);
      }),
      { examples: [[2048], [2049], [4095], [4096], [wrapMicros - 1]] },
    );
  });

  test('never falls while the lag grows', () => {
    fc.assert(
      fc.property(lags, fc.nat(5000), (micros, more) => {
        expect(unpackLag(packLag(micros + more))).toBeGreaterThanOrEqual(
          unpackLag(packLag(micros)),
        );
      }),
    );
    for (let micros = 2000; micros < 10_000; micros++) {
      expect(unpackLag(packLag(micros + 1))).toBeGreaterThanOrEqual(unpackLag(packLag(micros)));
    }
  });

  test('fits into two bytes', () => {
    fc.assert(
      fc.property(lags, (micros) => {
        expect(packLag(micros)).toBeLessThanOrEqual(0xffff);
      }),
      { examples: [[wrapMicros - 1]] },
    );
  });

  test('of more than 71 minutes counts as 71 minutes', () => {
    expect(packLag(10 * wrapMicros)).toBe(packLag(wrapMicros - 1));
    expect(unpackLag(packLag(Number.POSITIVE_INFINITY))).toBe(wrapMicros);
  });
});
