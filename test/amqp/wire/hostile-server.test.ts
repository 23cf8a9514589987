import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LoadConsumer, LoadPublisher } from '../../../src/amqp/load-client.js';
import { heartbeatFrame } from '../../../src/amqp/protocol/frame-layout.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { BrokerError } from '../../../src/base/errors.js';
import {
  openConsumer,
  openPublisher,
  publish,
  type Tellings,
} from '../../support/opened-clients.js';
import { anyBytes, anyFrames, mutated } from '../protocol/hostile-bytes.js';
import * as say from './scripts.js';

/** What a broker says each time after it has heard something: the last part once all is set up. */
type Speech = readonly Buffer[];

const consumeOk = new MethodFrame(1, 'basic.consume-ok').shortString('c').bytes();
const welcome: Speech = [
  say.start().bytes(),
  say.tune().bytes(),
  say.openOk().bytes(),
  say.channelOpenOk().bytes(),
];
const toConsumer: Speech = [
  ...welcome,
  say.ok('basic.qos-ok').bytes(),
  Buffer.concat([
    consumeOk,
    say.delivery({ tag: 1, body: Buffer.from('one') }),
    heartbeatFrame,
    say.delivery({ tag: 2, body: Buffer.alloc(9000, 'x'), frameMaxBytes: 4096 }),
    say.ok('connection.blocked', 0).shortString('memory').bytes(),
    say.delivery({ tag: 3, body: Buffer.alloc(0) }),
    new MethodFrame(1, 'basic.cancel').shortString('c').bits(true).bytes(),
    say.close(1, 404, 'NOT_FOUND', 'basic.consume').bytes(),
    say.close(0, 320, 'CONNECTION_FORCED').bytes(),
  ]),
];
const toPublisher: Speech = [
  ...welcome,
  say.ok('confirm.select-ok').bytes(),
  Buffer.concat([
    say.confirm('basic.ack', 1),
    say.returned(Buffer.from('returned')),
    say.confirm('basic.nack', 2, true),
    say.ok('channel.flow').bits(true).bytes(),
    say.close(1, 404, 'NOT_FOUND', 'basic.publish').bytes(),
  ]),
];

let speech: Speech = [];
const sockets = new Set<Socket>();
const server = createServer((socket) => speak(socket, speech));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => void server.close());

/** Says the next part for whatever it hears, and hangs up when it hears nothing more. */
function speak(socket: Socket, parts: Speech): void {
  let next = 0;
  let idleTurns = 0;
  sockets.add(socket);
  socket.on('error', () => {});
  socket.once('close', () => sockets.delete(socket));
  socket.on('data', () => {
    idleTurns = 0;
    const part = parts[next++];
    if (part) socket.write(part);
  });
  const wait = () => {
    if (socket.destroyed) return;
    if (++idleTurns > 15) socket.end();
    else setImmediate(wait);
  };
  wait();
}

/** One part of the speech made hostile: changed, or replaced altogether. */
function hostile(parts: Speech): fc.Arbitrary<Speech> {
  return fc.nat(parts.length - 1).chain((at) => {
    const part = parts[at] ?? Buffer.alloc(0);
    return fc
      .oneof(
        { weight: 6, arbitrary: mutated(part) },
        { weight: 2, arbitrary: anyFrames },
        { weight: 1, arbitrary: anyBytes },
      )
      .map((changed) => parts.map((one, i) => (i === at ? changed : one)));
  });
}

async function settled<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BrokerError);
    return undefined;
  }
}

interface Opened {
  readonly told: Tellings;
  readonly client: LoadConsumer | LoadPublisher;
}

/** Opens, uses and closes a client while the broker makes this speech. */
async function livesThrough(parts: Speech, open: (url: string) => Promise<Opened>): Promise<void> {
  speech = parts;
  const { port } = server.address() as AddressInfo;
  const opened = await settled(open(`amqp://me:secret@127.0.0.1:${port}?heartbeat=0`));
  if (opened) {
    await opened.told.until('closed');
    await settled(opened.client.close());
    expect(opened.told.of('closed')).toHaveLength(1);
  }
  await Promise.all([...sockets].map((socket) => once(socket, 'close')));
  expect(opened?.told.of('closed').length ?? 1).toBe(1);
}

async function consuming(url: string): Promise<Opened> {
  const { consumer, told } = await openConsumer(url, {}, undefined, (tag) =>
    consumer.acknowledge(tag, false),
  );
  await settled(consumer.subscribe({ acknowledge: true }));
  return { client: consumer, told };
}

async function publishing(url: string): Promise<Opened> {
  const { publisher, told } = await openPublisher(url);
  publish(publisher, 'one');
  publisher.flush();
  return { client: publisher, told };
}

const runs = { numRuns: 1500 };
const limit = { timeout: 60_000 };

test('a consumer always opens or fails with one BrokerError, and ends once', limit, async () => {
  const property = fc.asyncProperty(hostile(toConsumer), (parts) => livesThrough(parts, consuming));
  await fc.assert(property, runs);
});

test('a publisher always opens or fails with one BrokerError, and ends once', limit, async () => {
  const property = fc.asyncProperty(hostile(toPublisher), (parts) =>
    livesThrough(parts, publishing),
  );
  await fc.assert(property, runs);
});
