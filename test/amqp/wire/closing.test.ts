import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { amqplibClient } from '../../../src/amqp/amqplib/client.js';
import { closeLimitMillis } from '../../../src/amqp/load-client.js';
import { wireClient } from '../../../src/amqp/wire/client.js';
import { BrokerError } from '../../../src/base/errors.js';
import { openConsumer, openPublisher, publish } from '../../support/opened-clients.js';
import { type Peer, scriptedBroker } from './scripted-broker.js';
import {
  close,
  confirm,
  delivery,
  greetConsumer,
  greetPublisher,
  ok,
  sayGoodbye,
  serveConsumer,
} from './scripts.js';

async function publisherThat(goesOn: (peer: Peer) => Promise<void>) {
  const broker = await scriptedBroker(async (peer) => {
    await greetPublisher(peer);
    await goesOn(peer);
  });
  const opened = await openPublisher(broker.url);
  return { ...opened, peer: await broker.peer() };
}

function useFakeTimeouts(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

describe('closing', () => {
  test('closes the channel, then the connection, then the socket', async () => {
    const { publisher, told, peer } = await publisherThat(sayGoodbye);
    await publisher.close();
    await peer.closed;
    expect(peer.received.slice(-2)).toMatchObject([
      { name: 'channel.close', channel: 1, fields: { replyCode: 200, classId: 0, methodId: 0 } },
      { name: 'connection.close', channel: 0, fields: { replyCode: 200 } },
    ]);
    expect(told.errors).toEqual([]);
  });

  test('sends what was published before, though it was not flushed', async () => {
    const { publisher, peer } = await publisherThat(sayGoodbye);
    publish(publisher, 'the last one');
    await publisher.close();
    expect(peer.received.map(({ name }) => name).slice(-5, -1)).toEqual([
      'basic.publish',
      'header',
      'body',
      'channel.close',
    ]);
  });

  test('waits for confirms that come before the channel is closed, and tells of them', async () => {
    const { publisher, told } = await publisherThat(async (peer) => {
      await peer.until('channel.close');
      peer.send(confirm('basic.ack', 1), ok('channel.close-ok'));
      await peer.until('connection.close');
      peer.send(ok('connection.close-ok', 0));
    });
    publish(publisher, 'late');
    await publisher.close();
    expect(told.of('confirm')).toEqual([['confirm', 1, false, true]]);
  });

  test('twice is as good as once', async () => {
    const { publisher, peer } = await publisherThat(sayGoodbye);
    await Promise.all([publisher.close(), publisher.close()]);
    await publisher.close();
    const closings = peer.received.filter(({ name }) => name.endsWith('.close'));
    expect(closings.map(({ name }) => name)).toEqual(['channel.close', 'connection.close']);
  });

  test('ends the watch over heartbeats, which was begun for this connection alone', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const broker = await scriptedBroker(async (peer) => {
      await greetConsumer(peer, { heartbeat: 1 });
      await sayGoodbye(peer);
    });
    const { consumer } = await openConsumer(broker.url.replace('heartbeat=0', 'heartbeat=1'));
    expect(vi.getTimerCount()).toBe(1);
    await consumer.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('ends in order when the broker closes the connection at the same time', async () => {
    const { publisher, told, peer } = await publisherThat(async (one) => {
      await one.until('channel.close');
      one.send(ok('channel.close-ok'));
      await one.until('connection.close');
      one.send(close(0, 320, 'CONNECTION_FORCED'));
      await one.until('connection.close-ok');
      one.send(ok('connection.close-ok', 0));
    });
    await expect(publisher.close()).resolves.toBeUndefined();
    await peer.closed;
    expect(told.errors).toEqual([]);
  });

  test('says why when the broker closes the channel at the same time', async () => {
    const { publisher, told } = await publisherThat(async (peer) => {
      await peer.until('channel.close');
      peer.send(close(1, 404, 'NOT_FOUND - too late', 'basic.publish'));
      await peer.until('channel.close-ok');
      await peer.until('connection.close');
      peer.send(ok('connection.close-ok', 0));
    });
    await expect(publisher.close()).rejects.toThrow('404 NOT_FOUND - too late (basic.publish)');
    expect(told.errors).toEqual([]);
  });

  test('does not wait forever for the broker’s goodbye', async () => {
    useFakeTimeouts();
    const { publisher, peer } = await publisherThat(async (one) => {
      await one.until('channel.close');
      one.send(ok('channel.close-ok'));
    });
    const closed = publisher.close();
    await vi.waitUntil(() => peer.received.at(-1)?.name === 'connection.close');
    await vi.advanceTimersByTimeAsync(6_000);
    await expect(closed).resolves.toBeUndefined();
    await peer.closed;
  });

  test('does not wait forever for a broker that takes nothing any more', async () => {
    useFakeTimeouts();
    const { publisher, peer } = await publisherThat(async (one) => {
      await one.until('channel.close');
      one.send(ok('channel.close-ok'));
      one.socket.pause();
    });
    const closed = publisher.close();
    await vi.waitUntil(() => peer.socket.isPaused());
    // The socket's own buffers must not be what takes the goodbye.
    for (let i = 0; i < 10; i++) await vi.advanceTimersByTimeAsync(1_000);
    await expect(closed).resolves.toBeUndefined();
  });
});

describe.each([
  ['wire', wireClient],
  ['amqplib', amqplibClient],
])('closing by the %s client', (_, client) => {
  /** Alive, but deaf to what is asked, as RabbitMQ is to publishers while an alarm is on. */
  async function unanswered(payloadBytes: number) {
    useFakeTimeouts();
    const broker = await scriptedBroker(async (one) => {
      await greetPublisher(one);
      one.send(ok('connection.blocked', 0).shortString('low on memory'));
      one.socket.pause();
    });
    const opened = await openPublisher(broker.url, { payloadBytes }, client);
    await opened.told.until('blocked');
    return { ...opened, peer: await broker.peer() };
  }

  test.each([
    ['nothing', 0],
    ['more than the sockets take', 5000],
  ])(
    'gives up a broker that does not answer for long, with %s published',
    async (_published, count) => {
      const { publisher, told, peer } = await unanswered(8192);
      for (let i = 0; i < count; i++) publish(publisher, 'unheard');
      const closed = publisher.close().catch((thrown: unknown) => thrown);
      await vi.advanceTimersByTimeAsync(closeLimitMillis - 1);
      expect(peer.socket.destroyed).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      // Then a little for what was sent already.
      for (let i = 0; i < 10; i++) await vi.advanceTimersByTimeAsync(1_000);
      const error = await closed;
      expect(error).toBeInstanceOf(BrokerError);
      expect((error as BrokerError).message).toMatch(/^lost the connection to .* within 30 s/);
      peer.socket.resume();
      await peer.closed;
      await expect(publisher.close()).resolves.toBeUndefined();
      expect(told.errors).toEqual([]);
    },
  );
});

describe('a consumer that is closing', () => {
  test('is handed what was under way, but acknowledges nothing on a channel that it has closed', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      peer.send(delivery({ tag: 1, body: Buffer.from('before') }));
      await peer.until('channel.close');
      peer.send(delivery({ tag: 2, body: Buffer.from('after') }), ok('channel.close-ok'));
      await peer.until('connection.close');
      peer.send(ok('connection.close-ok', 0));
    });
    const { consumer, told } = await openConsumer(broker.url);
    await consumer.subscribe({ acknowledge: true });
    await told.until('delivery');
    consumer.acknowledge(1, false);
    const closed = consumer.close();
    await told.until('delivery', 2);
    consumer.acknowledge(2, false);
    consumer.reject(2, { multiple: false, requeue: true });
    await closed;

    const { received } = await broker.peer();
    expect(received.slice(-3)).toMatchObject([
      { name: 'basic.ack', fields: { deliveryTag: 1 } },
      { name: 'channel.close' },
      { name: 'connection.close' },
    ]);
  });

  test('need not have subscribed', async () => {
    const broker = await scriptedBroker((peer) => greetConsumer(peer).then(() => sayGoodbye(peer)));
    const { consumer } = await openConsumer(broker.url);
    await expect(consumer.close()).resolves.toBeUndefined();
  });
});
