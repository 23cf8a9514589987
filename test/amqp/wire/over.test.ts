import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { amqplibClient } from '../../../src/amqp/amqplib/client.js';
import type { LoadConsumer, LoadPublisher } from '../../../src/amqp/load-client.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { wireClient } from '../../../src/amqp/wire/client.js';
import { BrokerError } from '../../../src/base/errors.js';
import { openConsumer, openPublisher, publish } from '../../support/opened-clients.js';
import { type Peer, scriptedBroker } from './scripted-broker.js';
import { close, delivery, greetPublisher, greetWithChannel, ok, serveConsumer } from './scripts.js';

const clients = [
  ['wire', wireClient],
  ['amqplib', amqplibClient],
] as const;

type End = readonly [name: string, end: (peer: Peer) => void];

const lostConnections: readonly End[] = [
  ['the broker hung up', (peer) => void peer.socket.end()],
  ['the connection was reset', (peer) => void peer.socket.resetAndDestroy()],
  ['the broker closed the connection', (peer) => peer.send(close(0, 320, 'CONNECTION_FORCED'))],
];

const lostChannels: readonly End[] = [
  ...lostConnections,
  [
    'the broker closed the channel',
    (peer) => peer.send(close(1, 404, 'NOT_FOUND', 'basic.publish')),
  ],
];

const lostConsumers: readonly End[] = [
  ...lostChannels,
  [
    'the broker cancelled the consumer',
    (peer) => peer.send(new MethodFrame(1, 'basic.cancel').shortString('c').bits(true)),
  ],
];

/** As if nobody had noticed the end. */
function usePublisher(publisher: LoadPublisher): void {
  for (let i = 0; i < 1000; i++) publish(publisher, 'for nobody');
  publisher.flush();
}

function useConsumer(consumer: LoadConsumer): void {
  consumer.acknowledge(1, true);
  consumer.reject(2, { multiple: false, requeue: true });
}

/** The names of what came, as far as it is about messages. */
function messagesTo(peer: Peer): string[] {
  return peer.received.map(({ name }) => name).filter((name) => /publish|ack/.test(name));
}

async function answerGoodbye(peer: Peer): Promise<void> {
  await peer.until('connection.close');
  peer.send(ok('connection.close-ok', 0));
}

/** All that are opened from now on. */
function clientSockets(): Socket[] {
  const sockets: Socket[] = [];
  const onSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', onSocket);
  onTestFinished(() => void unsubscribe('net.client.socket', onSocket));
  return sockets;
}

describe.each(clients)('the %s client', (_client, client) => {
  test.each(lostChannels)('lets a publisher do nothing, without harm, when %s', async (_, end) => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await answerGoodbye(peer);
    });
    const { publisher, told } = await openPublisher(broker.url, {}, client);
    const peer = await broker.peer();
    end(peer);
    await told.until('closed');
    usePublisher(publisher);
    await publisher.close();
    usePublisher(publisher);
    await peer.closed;
    expect(messagesTo(peer)).toEqual([]);
    expect(told.all.filter(([name]) => !name.startsWith('arrival'))).toHaveLength(1);
    expect(told.all.at(-1)?.[0]).toBe('closed');
  });

  test.each(lostConsumers)('lets a consumer do nothing, without harm, when %s', async (_, end) => {
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      await answerGoodbye(peer);
    });
    const { consumer, told } = await openConsumer(broker.url, {}, client);
    await consumer.subscribe({ acknowledge: true });
    const peer = await broker.peer();
    end(peer);
    await told.until('closed');
    useConsumer(consumer);
    await consumer.close();
    useConsumer(consumer);
    peer.send(ok('channel.close-ok'));
    await peer.closed;
    expect(messagesTo(peer)).toEqual([]);
    expect(told.of('closed')).toHaveLength(1);
    expect(told.all.at(-1)?.[0]).toBe('closed');
  });

  test.each(lostConsumers)(
    'closes at once, and refuses calls with a BrokerError, when %s',
    async (_, end) => {
      const broker = await scriptedBroker((peer) => serveConsumer(peer));
      const { consumer, told } = await openConsumer(broker.url, {}, client);
      await consumer.subscribe({ acknowledge: true });
      // A close that waits for a limit, as for an answer, would never resolve.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      onTestFinished(() => void vi.useRealTimers());
      end(await broker.peer());
      await told.until('closed');
      await expect(consumer.cancel()).rejects.toBeInstanceOf(BrokerError);
      await expect(consumer.subscribe({ acknowledge: true })).rejects.toBeInstanceOf(BrokerError);
      await expect(consumer.close()).resolves.toBeUndefined();
    },
  );

  test.each(lostChannels)('fails a cancellation that is under way when %s', async (_, end) => {
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      await peer.expect('basic.cancel');
      end(peer);
    });
    const { consumer } = await openConsumer(broker.url, {}, client);
    await consumer.subscribe({ acknowledge: true });
    await expect(consumer.cancel()).rejects.toBeInstanceOf(BrokerError);
  });

  test.each(lostConnections)(
    'fails a close that is under way, and none after it, when %s',
    async (_, end) => {
      const broker = await scriptedBroker(async (peer) => {
        await greetPublisher(peer);
        await peer.expect('channel.close');
        end(peer);
        peer.socket.end();
      });
      const { publisher, told } = await openPublisher(broker.url, {}, client);
      await expect(publisher.close()).rejects.toBeInstanceOf(BrokerError);
      await expect(publisher.close()).resolves.toBeUndefined();
      expect(told.of('closed')).toEqual([]);
    },
  );

  test('leaves no socket behind when the broker takes nothing after the end', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.socket.pause();
    });
    const opened = clientSockets();
    const { publisher, told } = await openPublisher(broker.url, { payloadBytes: 8192 }, client);
    const peer = await broker.peer();
    await expect.poll(() => peer.socket.isPaused()).toBe(true);
    for (let i = 0; i < 5000; i++) publish(publisher, 'too much for the sockets');
    expect(publisher.flush()).toBe(false);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    peer.send(close(0, 320, 'CONNECTION_FORCED'));
    await told.until('closed');
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([false]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true]);
  });

  test('tells of nothing after the end, though what waited for the socket leaves later', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.socket.pause();
      await answerGoodbye(peer);
    });
    const { publisher, told } = await openPublisher(broker.url, { payloadBytes: 8192 }, client);
    const peer = await broker.peer();
    await expect.poll(() => peer.socket.isPaused()).toBe(true);
    for (let i = 0; i < 5000; i++) publish(publisher, 'too much for the sockets');
    expect(publisher.flush()).toBe(false);
    peer.send(close(1, 404, 'NOT_FOUND'));
    await told.until('closed');
    peer.socket.resume();
    await peer.closed;
    expect(told.all.at(-1)?.[0]).toBe('closed');
  });

  test('refuses calls on what was closed, or is closing, instead of awaiting an answer', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      await peer.expect('channel.close');
      peer.send(ok('channel.close-ok'));
      await answerGoodbye(peer);
    });
    const { consumer } = await openConsumer(broker.url, {}, client);
    await consumer.subscribe({ acknowledge: true });
    const closed = consumer.close();
    await expect(consumer.cancel()).rejects.toBeInstanceOf(BrokerError);
    await closed;
    await expect(consumer.subscribe({ acknowledge: true })).rejects.toBeInstanceOf(BrokerError);
  });
});

test.each(lostChannels)('a commit that is under way fails when %s', async (_, end) => {
  const broker = await scriptedBroker(async (peer) => {
    await greetWithChannel(peer);
    await peer.expect('tx.select');
    peer.send(ok('tx.select-ok'));
    await peer.expect('tx.commit');
    end(peer);
  });
  const { publisher, told } = await openPublisher(broker.url, { guarantee: 'transaction' });
  await expect(publisher.commit()).rejects.toBeInstanceOf(BrokerError);
  await told.until('closed');
  await expect(publisher.commit()).rejects.toBeInstanceOf(BrokerError);
});

test('amqplib takes no harm from use of a channel that it has given up by itself', async () => {
  const broker = await scriptedBroker(async (peer) => {
    await greetPublisher(peer);
    const message = delivery({ tag: 1, body: Buffer.from('body') });
    const methodBytes = 8 + message.readUInt32BE(3);
    peer.send(message.subarray(methodBytes));
    await answerGoodbye(peer);
  });
  const { publisher, told } = await openPublisher(broker.url, {}, amqplibClient);
  const peer = await broker.peer();
  // It closes the channel, but tells of its end only when the broker has answered.
  await expect.poll(() => peer.received.at(-1)?.name).toBe('channel.close');
  usePublisher(publisher);
  peer.send(ok('channel.close-ok'));
  await told.until('closed');
  expect(messagesTo(peer)).toEqual([]);
});
