import { describe, expect, test } from 'vitest';
import type { LoadPublisher } from '../../../src/amqp/load-client.js';
import { openConsumer, openPublisher, publish } from '../../support/opened-clients.js';
import { testCertificates } from '../../support/tls-material.js';
import { type Peer, type Script, type ScriptedBroker, scriptedBroker } from './scripted-broker.js';
import { confirm, delivery, greetPublisher, ok, sayGoodbye, serveConsumer } from './scripts.js';

const { ca, server } = testCertificates;

/** A plain broker, or one with TLS, and what a client needs to reach it. */
async function reachable(script: Script, isTls: boolean) {
  const broker: ScriptedBroker = await scriptedBroker(script, isTls ? server : undefined);
  const url = broker.url.replace('127.0.0.1', 'localhost');
  return { broker, url, settings: isTls ? { tls: { ca } } : {} };
}

/** Takes nothing that comes after this, though the connection stays. */
async function thatStopsReading(peer: Peer): Promise<void> {
  await greetPublisher(peer);
  peer.socket.pause();
}

/** Publishes until the client asks to wait; no machine's socket takes so many messages. */
function publishUntilAskedToWait(publisher: LoadPublisher): number {
  for (let count = 1; count <= 100_000; count++) if (!publish(publisher, `${count}`)) return count;
  throw new Error('never asked to wait');
}

/** Lets sockets do what they can do now. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe.each([
  ['plain TCP', false],
  ['TLS', true],
])('over %s, a broker that stops reading', (_, isTls) => {
  test('makes the publisher wait, until it reads again and is given everything', async () => {
    const { broker, url, settings } = await reachable(thatStopsReading, isTls);
    const { publisher, told } = await openPublisher(url, { ...settings, payloadBytes: 8192 });
    const peer = await broker.peer();
    await expect.poll(() => peer.socket.isPaused()).toBe(true);
    let published = 0;
    let waits = 0;
    // Each time the kernel's buffers took more than was thought, the client goes on.
    while (waits === told.of('writable').length) {
      published += publishUntilAskedToWait(publisher);
      waits++;
      for (let i = 0; i < 20 && waits > told.of('writable').length; i++) await turn();
    }
    expect(publisher.flush()).toBe(false);

    peer.socket.resume();
    await told.until('writable', waits);
    expect(publisher.flush()).toBe(true);
    const bodies = () => peer.received.filter(({ name }) => name === 'body');
    await expect.poll(() => bodies().length, { timeout: 10_000 }).toBe(published);
  });
});

test('however much of a message waits unsent, the broker is still heard', async () => {
  const broker = await scriptedBroker(thatStopsReading);
  const { publisher, told } = await openPublisher(broker.url, { payloadBytes: 32 * 2 ** 20 });
  const peer = await broker.peer();
  await expect.poll(() => peer.socket.isPaused()).toBe(true);
  publish(publisher, 'large');
  expect(publisher.flush()).toBe(false);
  for (let i = 1; i <= 3; i++) {
    peer.send(ok('connection.blocked', 0).shortString(`alarm ${i}`));
    await told.until('blocked', i);
  }
  expect(told.errors).toEqual([]);
});

describe('a consumer whose acknowledgements are not taken', () => {
  /** Sends deliveries for as long as the client reads them; resolves to how many it sent. */
  async function flood(peer: Peer): Promise<number> {
    const body = Buffer.from('small');
    let tag = 0;
    for (let idle = 0; idle < 50; ) {
      if (peer.socket.writableLength > 0) {
        idle++;
        await turn();
        continue;
      }
      idle = 0;
      const batch: Buffer[] = [];
      for (let i = 0; i < 1000; i++) batch.push(delivery({ tag: ++tag, body }));
      peer.socket.write(Buffer.concat(batch));
      await turn();
    }
    return tag;
  }

  test('reads no more, and goes on when they are', async () => {
    const sent = { count: 0, isOver: false };
    // So many for each delivery fill the sockets' buffers soon, with less to keep here.
    const times = 20;
    const acknowledgementBytes = 21;
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      peer.socket.pause();
      sent.count = await flood(peer);
      sent.isOver = true;
    });
    const { consumer, told } = await openConsumer(broker.url, {}, undefined, (tag) => {
      for (let i = 0; i < times; i++) consumer.acknowledge(tag, false);
    });
    const peer = await broker.peer();
    await consumer.subscribe({ acknowledge: true });
    const before = peer.socket.bytesRead;
    await expect.poll(() => sent.isOver, { timeout: 30_000 }).toBe(true);
    // Not all has been read: it waits in the sockets' own buffers.
    expect(told.of('delivery').length).toBeLessThan(sent.count);

    peer.socket.removeAllListeners('data').resume();
    const expected = sent.count * times * acknowledgementBytes;
    await expect.poll(() => peer.socket.bytesRead - before, { timeout: 30_000 }).toBe(expected);
    expect(told.of('delivery')).toHaveLength(sent.count);
  }, 60_000);
});

test('a consumer that reads no more does not take its broker for dead', async () => {
  const broker = await scriptedBroker(async (peer) => {
    await serveConsumer(peer, { heartbeat: 1 });
    peer.socket.pause();
    for (let tag = 1; tag <= 1000; tag++) peer.send(delivery({ tag, body: Buffer.from('small') }));
  });
  const url = broker.url.replace('heartbeat=0', 'heartbeat=1');
  // So many for each delivery that what the sockets' buffers do not take is far more than may wait.
  const { consumer, told } = await openConsumer(url, {}, undefined, (tag) => {
    for (let i = 0; i < 1000; i++) consumer.acknowledge(tag, false);
  });
  await consumer.subscribe({ acknowledge: true });
  await told.until('delivery');
  const begun = performance.now();
  // Silence would be told after two seconds.
  await expect.poll(() => performance.now() - begun, { timeout: 10_000 }).toBeGreaterThan(3500);
  expect(told.errors).toEqual([]);
}, 15_000);

test('a blocked connection still confirms what it has, and is closed in order', async () => {
  const broker = await scriptedBroker(async (peer) => {
    await greetPublisher(peer);
    peer.send(ok('connection.blocked', 0).shortString('low on disk'));
    await peer.until('body');
    peer.send(ok('connection.unblocked', 0), confirm('basic.ack', 1));
    await sayGoodbye(peer);
  });
  const { publisher, told } = await openPublisher(broker.url);
  await told.until('blocked');
  publish(publisher, 'patient');
  publisher.flush();
  await told.until('confirm');
  await publisher.close();
  const names = told.all.map(([name]) => name).filter((name) => !name.startsWith('arrival'));
  expect(names).toEqual(['blocked', 'unblocked', 'confirm']);
});
