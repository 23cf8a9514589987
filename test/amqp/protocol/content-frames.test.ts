import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageFrames } from '../../../src/amqp/protocol/content-frames.js';
import { frameTypes } from '../../../src/amqp/protocol/frame-layout.js';
import type { MessageProperties } from '../../../src/amqp/protocol/message-properties.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { basicClass } from '../../../src/amqp/protocol/methods.js';
import { amqplibDefinitions } from './amqplib-codec.js';
import { commonTable, shortString } from './field-tables.js';
import { framesIn } from './frames-in.js';

const channel = 3;
const method = new MethodFrame(channel, 'basic.publish')
  .uint16(0)
  .shortString('x')
  .shortString('k')
  .bits(false)
  .bytes();

function message(body: Buffer, frameMaxBytes: number, properties: MessageProperties = {}) {
  const { bytes, bodyOffset } = messageFrames(method, { channel, properties, body }, frameMaxBytes);
  const [first, header, ...parts] = framesIn(bytes);
  return { bytes, bodyOffset, first, header, parts };
}

const property = {
  contentType: shortString,
  contentEncoding: shortString,
  headers: commonTable,
  deliveryMode: fc.constantFrom(1 as const, 2 as const),
  priority: fc.nat(255),
  correlationId: shortString,
  replyTo: shortString,
  expiration: shortString,
  messageId: shortString,
  timestamp: fc.maxSafeNat(),
  type: shortString,
  userId: shortString,
  appId: shortString,
};

/** With `undefined` for every property that is not there, as amqplib decodes them. */
const absent = Object.fromEntries(Object.keys(property).map((name) => [name, undefined]));

describe('a message’s properties', () => {
  test('are read by amqplib as they were written, whichever are there', () => {
    fc.assert(
      fc.property(fc.record(property, { requiredKeys: [] }), fc.nat(5000), (properties, length) => {
        const { header } = message(Buffer.alloc(length), 131_072, properties as MessageProperties);
        const payload = header?.payload ?? Buffer.alloc(0);
        const fields = amqplibDefinitions.decode(basicClass, payload.subarray(12));
        const { clusterId: _, ...read } = fields;
        expect(read).toEqual({ ...absent, ...properties });
      }),
      { numRuns: 1000 },
    );
  });

  test('are the very bytes that amqplib writes, when no number in headers has two encodings', () => {
    const { headers: _, ...plain } = property;
    const alike = { ...plain, headers: fc.dictionary(fc.constantFrom('a', 'b'), shortString) };
    fc.assert(
      fc.property(fc.record(alike, { requiredKeys: [] }), fc.nat(5000), (properties, length) => {
        const { bytes } = message(Buffer.alloc(length), 131_072, properties as MessageProperties);
        const theirs = amqplibDefinitions.encodeProperties(basicClass, channel, length, properties);
        expect(bytes.subarray(method.length, method.length + theirs.length)).toEqual(theirs);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a message’s frames', () => {
  test('are the method, the header and then the body, all on its channel', () => {
    const { first, header, parts } = message(Buffer.alloc(10_000), 4096);
    expect(first?.type).toBe(frameTypes.method);
    expect(header?.type).toBe(frameTypes.header);
    expect(parts.map(({ type }) => type)).toEqual(Array(3).fill(frameTypes.body));
    expect([first, header, ...parts].map((frame) => frame?.channel)).toEqual(
      Array(5).fill(channel),
    );
  });

  test('hold the body, whole and in order, in frames no longer than agreed', () => {
    const sizes = fc.tuple(fc.nat(20_000), fc.integer({ min: 4096, max: 131_072 }));
    fc.assert(
      fc.property(sizes, ([length, frameMaxBytes]) => {
        const body = Buffer.from(Uint8Array.from({ length }, (_, i) => i * 31 + (i >> 8)));
        const { header, parts } = message(body, frameMaxBytes);
        expect(Buffer.concat(parts.map(({ payload }) => payload)).equals(body)).toBe(true);
        expect(header?.payload.readBigUInt64BE(4)).toBe(BigInt(length));
        const lengths = parts.map(({ payload }) => payload.length + 8);
        expect(Math.max(0, ...lengths)).toBeLessThanOrEqual(frameMaxBytes);
        expect(lengths.slice(0, -1).every((one) => one === frameMaxBytes)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    [0, []],
    [1, [1]],
    [4087, [4087]],
    [4088, [4088]],
    [4089, [4088, 1]],
    [2 * 4088, [4088, 4088]],
    [2 * 4088 + 1, [4088, 4088, 1]],
  ])('split a body of %i bytes at 4,096 bytes a frame into %j', (length, expected) => {
    const { parts } = message(Buffer.alloc(length), 4096);
    expect(parts.map(({ payload }) => payload.length)).toEqual(expected);
  });

  test('show where the body begins', () => {
    const { bytes, bodyOffset } = message(Buffer.from('a body'), 4096, { appId: 'app' });
    expect(bytes.toString('latin1', bodyOffset, bodyOffset + 6)).toBe('a body');
  });
});
