import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arguments } from '../../../src/amqp/protocol/arguments.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { ProtocolError } from '../../../src/amqp/protocol/protocol-error.js';
import { fieldTable, shortString } from './field-tables.js';

type Read = (one: Arguments) => unknown;

const readers: Readonly<Record<string, Read>> = {
  uint8: (one) => one.uint8(),
  uint16: (one) => one.uint16(),
  uint32: (one) => one.uint32(),
  uint64: (one) => one.uint64(),
  shortString: (one) => one.shortString(),
  longString: (one) => one.longString(),
  table: (one) => one.table(),
};

/** Arguments in bytes that go on before and after them. */
function among(before: number, payload: Buffer, after: Buffer): Arguments {
  const bytes = Buffer.concat([Buffer.alloc(before, 0xff), payload, after]);
  return new Arguments(bytes, before, before + payload.length);
}

test('arguments are read as a method frame was given them', () => {
  const values = fc.record({
    octet: fc.nat(255),
    short: fc.nat(65_535),
    long: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    longLong: fc.maxSafeNat(),
    name: shortString,
    text: fc.string({ unit: 'binary' }),
    table: fieldTable,
  });
  fc.assert(
    fc.property(values, fc.nat(9), (given, before) => {
      const frame = new MethodFrame(1, 'basic.ack').uint8(given.octet).uint16(given.short);
      frame.uint32(given.long).uint64(given.longLong);
      frame.shortString(given.name).longString(given.text).table(given.table);
      const read = among(before, frame.bytes().subarray(11, -1), Buffer.alloc(9, 0xff));
      expect({
        octet: read.uint8(),
        short: read.uint16(),
        long: read.uint32(),
        longLong: read.uint64(),
        name: read.shortString(),
        text: read.longString(),
        table: read.table(),
      }).toEqual(given);
      expect(() => read.uint8()).toThrow(ProtocolError);
    }),
  );
});

describe.each(Object.entries(readers))('%s', (_, read) => {
  test('takes no bytes beyond the end, whatever they are', () => {
    const after = fc.uint8Array({ minLength: 16, maxLength: 64 });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), after, after, (payload, some, others) => {
        const first = outcome(read, among(5, Buffer.from(payload), Buffer.from(some)));
        const second = outcome(read, among(5, Buffer.from(payload), Buffer.from(others)));
        expect(second).toEqual(first);
      }),
      { numRuns: 500 },
    );
  });

  test('says that there are too few arguments when there are none', () => {
    const nothing = among(5, Buffer.alloc(0), Buffer.alloc(64));
    expect(() => read(nothing)).toThrow(new ProtocolError('a method with too few arguments'));
  });
});

function outcome(read: Read, from: Arguments): unknown {
  try {
    return read(from);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ProtocolError);
    return thrown;
  }
}
