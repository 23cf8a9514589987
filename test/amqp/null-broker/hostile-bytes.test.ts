import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NullBroker } from '../../../src/amqp/null-broker/null-broker.js';
import { messageFrames } from '../../../src/amqp/protocol/content-frames.js';
import { frameTypes, protocolHeader } from '../../../src/amqp/protocol/frame-layout.js';
import { frame, MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { brokerFor, channelWith, send } from './support/amqplib-connection.js';
import {
  declareFrame,
  openFrame,
  publishFrame,
  RawConnection,
  startOk,
  tuneOk,
} from './support/raw-connection.js';

/** Sends the bytes on an open connection; returns what the broker closes the connection with. */
async function closingOf(broker: NullBroker, ...bytes: Buffer[]): Promise<string> {
  const raw = await RawConnection.open(broker.port);
  raw.send(...bytes);
  const { args } = await raw.next('connection.close');
  const code = args.uint16();
  raw.send(new MethodFrame(0, 'connection.close-ok').bytes());
  await raw.closed;
  return `${code} ${args.shortString()}`;
}

async function expectServing(broker: NullBroker): Promise<void> {
  const { confirmed } = broker.counts();
  await send(await channelWith(broker, 'still'), 'still', 'a', 'b');
  expect(broker.counts().confirmed).toBe(confirmed + 2);
}

const headerFrame = (bodyBytes: number) =>
  frame(frameTypes.header, 1, Buffer.from([0, 60, 0, 0, 0, 0, 0, 0, 0, 0, 0, bodyBytes, 0, 0]));

describe('a client that breaks the protocol', () => {
  test('in its first bytes is told which version is spoken', async () => {
    const broker = await brokerFor();
    for (const first of ['AMQP\x00\x01\x00\x00', 'GET / HTTP/1.1\r\n\r\n']) {
      const raw = await RawConnection.to(broker.port);
      raw.send(Buffer.from(first, 'latin1'));
      await raw.closed;
      expect(raw.bytes).toEqual(protocolHeader);
    }
    await expectServing(broker);
  });

  test.each([
    ['a frame that does not end', '501', [Buffer.from([1, 0, 1, 0, 0, 0, 0, 0xab])]],
    ['a frame of unknown type', '501', [frame(7, 1, Buffer.from('x'))]],
    ['a frame larger than agreed', '501', [Buffer.from([1, 0, 1, 0x7f, 0, 0, 0, 0])]],
    ['an unknown method', '503', [frame(frameTypes.method, 1, Buffer.from([0, 99, 0, 99]))]],
    ['a method too short to be one', '503', [frame(frameTypes.method, 1, Buffer.from([0]))]],
    ['a method with too few arguments', '502', [shortDeclare()]],
    ['a header that no publish came before', '505', [headerFrame(1)]],
    ['a body that no header came before', '505', [frame(frameTypes.body, 1, Buffer.from('x'))]],
    ['a method instead of content', '505', [publishFrame('q'), declareFrame('q')]],
    ['a publish instead of content', '505', [publishFrame('q'), publishFrame('q')]],
    [
      'a body larger than announced',
      '505',
      [publishFrame('q'), headerFrame(1), frame(frameTypes.body, 1, Buffer.from('xy'))],
    ],
    ['a channel that is not open', '504', [new MethodFrame(9, 'tx.select').bytes()]],
    [
      'a channel beyond the limit',
      '530',
      [new MethodFrame(60_000, 'channel.open').shortString('').bytes()],
    ],
    [
      'a name that is not UTF-8',
      '502',
      [
        Buffer.from(
          declareFrame('????').toString('latin1').replace('????', '\xff\xff\xff\xff'),
          'latin1',
        ),
      ],
    ],
    ['an exchange of no known type', '503', [declareExchange('x-strange')]],
  ])('with %s has its connection closed', async (_, code, bytes) => {
    const broker = await brokerFor();
    expect(await closingOf(broker, ...bytes)).toMatch(new RegExp(`^${code} `));
    await expectServing(broker);
  });

  test('before its connection is open has it closed', async () => {
    const broker = await brokerFor();
    const raw = await RawConnection.to(broker.port);
    raw.send(protocolHeader, publishFrame('q'));
    await raw.next('connection.start');
    const { args } = await raw.next('connection.close');
    expect(args.uint16()).toBe(503);
  });

  test('by asking for another virtual host has its connection closed', async () => {
    const broker = await brokerFor();
    const raw = await RawConnection.to(broker.port);
    raw.send(protocolHeader, startOk(), tuneOk(), openFrame('elsewhere'));
    await raw.next('connection.start');
    await raw.next('connection.tune');
    const { args } = await raw.next('connection.close');
    expect([args.uint16(), args.shortString()]).toEqual([
      530,
      'NOT_ALLOWED - vhost elsewhere not found',
    ]);
  });

  test('by a message beyond the largest allowed has its channel closed', async () => {
    const broker = await brokerFor();
    const raw = await RawConnection.open(broker.port);
    const header = headerFrame(0);
    header.writeUInt32BE(0x4000_0000, 7 + 8);
    raw.send(publishFrame('q'), header);
    const { args } = await raw.next('channel.close');
    expect(args.uint16()).toBe(406);
  });

  test('in any way at all does not keep the others from being served', async () => {
    const broker = await brokerFor();
    const message = messageFrames(
      publishFrame('q'),
      { channel: 1, properties: { headers: { a: [1, 'b'] } }, body: Buffer.alloc(50, 'b') },
      4096,
    ).bytes;
    const session = Buffer.concat([
      new MethodFrame(1, 'confirm.select').bits(false).bytes(),
      declareFrame('q'),
      message,
      new MethodFrame(1, 'basic.get').uint16(0).shortString('q').bits(false).bytes(),
      new MethodFrame(1, 'basic.nack').uint64(1).bits(false, true).bytes(),
      message,
    ]);
    const changes = fc.array(
      fc.record({ at: fc.nat(session.length - 1), to: fc.integer({ min: 0, max: 255 }) }),
      { minLength: 1, maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(session.length), async (changed, cut) => {
        const bytes = Buffer.from(session);
        for (const { at, to } of changed) bytes[at] = to;
        const raw = await RawConnection.open(broker.port);
        raw.send(bytes.subarray(0, cut));
        raw.send(bytes.subarray(cut));
        raw.end();
        await raw.closed;
      }),
      { numRuns: 150 },
    );
    await expectServing(broker);
  });
});

function shortDeclare(): Buffer {
  return new MethodFrame(1, 'queue.declare').uint16(0).bytes();
}

function declareExchange(type: string): Buffer {
  const declare = new MethodFrame(1, 'exchange.declare').uint16(0).shortString('x');
  return declare.shortString(type).bits(false).table({}).bytes();
}
