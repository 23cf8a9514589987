import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameEnd } from '../../../src/amqp/protocol/frame-layout.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { type MethodName, methods } from '../../../src/amqp/protocol/methods.js';
import { amqplibDefinitions } from './amqplib-codec.js';
import { commonTable, shortString } from './field-tables.js';

interface Frame {
  readonly type: number | undefined;
  readonly channel: number;
  readonly method: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The frame as amqplib understands it. */
function understood(frame: Buffer): Frame {
  expect(frame.readUInt32BE(3)).toBe(frame.length - 8);
  expect(frame[frame.length - 1]).toBe(frameEnd);
  const method = frame.readUInt32BE(7);
  const fields = amqplibDefinitions.decode(method, frame.subarray(11, -1));
  return { type: frame[0], channel: frame.readUInt16BE(1), method, fields };
}

function expectUnderstood(frame: MethodFrame, name: MethodName, fields: object): void {
  const bytes = frame.bytes();
  expect(understood(bytes)).toMatchObject({ type: 1, method: methods[name], fields });
  expect(bytes).toEqual(
    amqplibDefinitions.encodeMethod(methods[name], bytes.readUInt16BE(1), fields),
  );
}

const channel = fc.nat(65_535);
const text = fc.string({ unit: 'binary' });

describe('a method frame is what amqplib encodes, and understands', () => {
  test('with short strings and bits that share an octet', () => {
    const bits = fc.tuple(fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(channel, shortString, shortString, bits, (number, exchange, routingKey, two) => {
        const [mandatory, immediate] = two;
        expectUnderstood(
          new MethodFrame(number, 'basic.publish')
            .uint16(0)
            .shortString(exchange)
            .shortString(routingKey)
            .bits(mandatory, immediate),
          'basic.publish',
          { ticket: 0, exchange, routingKey, mandatory, immediate },
        );
      }),
    );
  });

  test('with long integers', () => {
    fc.assert(
      fc.property(channel, fc.maxSafeNat(), fc.boolean(), (number, deliveryTag, multiple) => {
        expectUnderstood(
          new MethodFrame(number, 'basic.ack').uint64(deliveryTag).bits(multiple),
          'basic.ack',
          { deliveryTag, multiple },
        );
      }),
    );
  });

  test('with integers of each length', () => {
    const numbers = fc.record({
      channelMax: fc.nat(65_535),
      frameMax: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      heartbeat: fc.nat(65_535),
    });
    fc.assert(
      fc.property(numbers, (tuning) => {
        const { channelMax, frameMax, heartbeat } = tuning;
        const frame = new MethodFrame(0, 'connection.tune-ok');
        frame.uint16(channelMax).uint32(frameMax).uint16(heartbeat);
        expectUnderstood(frame, 'connection.tune-ok', tuning);
      }),
    );
  });

  test('with a long string', () => {
    fc.assert(
      fc.property(text, (response) => {
        const { fields } = understood(
          new MethodFrame(0, 'connection.start-ok')
            .table({})
            .shortString('PLAIN')
            .longString(response)
            .shortString('en_US')
            .bytes(),
        );
        expect(fields).toMatchObject({ response: Buffer.from(response), locale: 'en_US' });
      }),
    );
  });

  test('with more bits than half an octet holds, and a table after them', () => {
    const bits = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(shortString, bits, commonTable, (queue, five, table) => {
        const [passive, durable, exclusive, autoDelete, nowait] = five;
        const { fields } = understood(
          new MethodFrame(7, 'queue.declare')
            .uint16(0)
            .shortString(queue)
            .bits(passive, durable, exclusive, autoDelete, nowait)
            .table(table)
            .bytes(),
        );
        expect(fields).toEqual({
          ...{ ticket: 0, queue, passive, durable, exclusive, autoDelete, nowait },
          arguments: table,
        });
      }),
    );
  });
});

test('a name of more than 255 bytes is refused, and shown', () => {
  const name = 'q'.repeat(256);
  const build = () => new MethodFrame(1, 'basic.cancel').shortString(name);
  expect(build).toThrow(`longer than the 255 bytes that AMQP allows a name: "${name}"`);
});
