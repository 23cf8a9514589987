import { describe, expect, test } from 'vitest';
import { amqplibClient } from '../../../src/amqp/amqplib/client.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { wireClient } from '../../../src/amqp/wire/client.js';
import {
  openConsumer,
  openPublisher,
  publish,
  type Tellings,
} from '../../support/opened-clients.js';
import { type Peer, scriptedBroker } from './scripted-broker.js';
import {
  close,
  confirm,
  delivery,
  greetConsumer,
  greetPublisher,
  greetWithChannel,
  ok,
  serveConsumer,
} from './scripts.js';

type End = (peer: Peer) => void | Promise<void>;

/** What a broker may do at any time, and what the client says of it. */
const ends: readonly [string, End, RegExp][] = [
  [
    'hangs up',
    (peer) => void peer.socket.end(),
    /: the broker closed the connection without a word$/,
  ],
  [
    'resets the connection',
    (peer) => void peer.socket.resetAndDestroy(),
    /: (?:read ECONNRESET|the broker closed the connection without a word)$/,
  ],
  [
    'closes the connection',
    (peer) => peer.send(close(0, 320, 'CONNECTION_FORCED - broker forced connection closure')),
    /: 320 CONNECTION_FORCED - broker forced connection closure$/,
  ],
  [
    'closes the connection for a method',
    (peer) => peer.send(close(0, 503, 'COMMAND_INVALID - second', 'basic.publish')),
    /: 503 COMMAND_INVALID - second \(basic\.publish\)$/,
  ],
  [
    'closes the channel for a method',
    async (peer) => {
      peer.send(close(1, 404, "NOT_FOUND - no exchange 'exchange' in vhost '/'", 'basic.publish'));
      await peer.until('connection.close');
      peer.send(ok('connection.close-ok', 0));
    },
    /: 404 NOT_FOUND - no exchange 'exchange' in vhost '\/' \(basic\.publish\)$/,
  ],
  [
    'sends what is not AMQP',
    (peer) => void peer.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    /: it sent what is not AMQP 0-9-1, or not in its place: a frame of unknown type|a frame of \d+ bytes/,
  ],
  [
    'answers what nobody asked',
    (peer) => peer.send(ok('basic.qos-ok')),
    /: basic\.qos-ok came, unasked$|basic\.qos-ok came instead of [a-z.-]+, unasked$/,
  ],
];

async function expectToldOnce(told: Tellings, message: RegExp, peer: Peer): Promise<void> {
  await told.until('closed');
  // Whatever else is under way comes before the end of the socket.
  await peer.closed;
  expect(told.of('closed')).toEqual([['closed', expect.stringMatching(message)]]);
  expect(told.errors[0]?.message).toMatch(/^lost the connection to 127\.0\.0\.1:\d+: /);
}

describe.each(ends)('a broker that %s', (_, end, message) => {
  test('ends a publisher, which is told once', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('body');
      await end(peer);
    });
    const { publisher, told } = await openPublisher(broker.url);
    publish(publisher, 'lost');
    publisher.flush();
    await expectToldOnce(told, message, await broker.peer());
    // Whoever goes on finds no harm in it.
    publish(publisher, 'too late');
    expect(publisher.flush()).toBe(true);
    await expect(publisher.close()).resolves.toBeUndefined();
  });

  test('ends a consumer that has subscribed, which is told once', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      await end(peer);
    });
    const { consumer, told } = await openConsumer(broker.url);
    await consumer.subscribe({ acknowledge: true }).catch(() => {});
    await expectToldOnce(told, message, await broker.peer());
    consumer.acknowledge(1, false);
    consumer.reject(2, { multiple: false, requeue: true });
    await expect(consumer.close()).resolves.toBeUndefined();
  });

  test('fails the call that is awaited, with the same words', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetConsumer(peer);
      await peer.expect('basic.consume');
      await end(peer);
    });
    const { consumer, told } = await openConsumer(broker.url);
    await expect(consumer.subscribe({ acknowledge: true })).rejects.toThrow(message);
    await expectToldOnce(told, message, await broker.peer());
  });

  test('fails a commit', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetWithChannel(peer);
      await peer.expect('tx.select');
      peer.send(ok('tx.select-ok'));
      await peer.until('tx.commit');
      await end(peer);
    });
    const { publisher } = await openPublisher(broker.url, { guarantee: 'transaction' });
    publish(publisher, 'lost');
    await expect(publisher.commit()).rejects.toThrow(message);
  });

  test('while the channel is closing fails the closing, and nobody is told besides', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('channel.close');
      await end(peer);
    });
    const { publisher, told } = await openPublisher(broker.url);
    await expect(publisher.close()).rejects.toThrow(message);
    await (await broker.peer()).closed;
    expect(told.of('closed')).toEqual([]);
  });
});

describe.each(ends.slice(0, 4))('a broker that %s', (_, end) => {
  test('when the channel is closed already is as good as one that says goodbye', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('channel.close');
      peer.send(ok('channel.close-ok'));
      await peer.until('connection.close');
      await end(peer);
    });
    const { publisher, told } = await openPublisher(broker.url);
    await expect(publisher.close()).resolves.toBeUndefined();
    expect(told.of('closed')).toEqual([]);
  });
});

describe('an end', () => {
  test('that came while nobody listened yet is told', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetWithChannel(peer);
      await peer.expect('confirm.select');
      peer.send(ok('confirm.select-ok'), close(1, 406, 'PRECONDITION_FAILED - early'));
    });
    const { told } = await openPublisher(broker.url);
    await told.until('closed');
    expect(told.errors[0]?.message).toContain('406 PRECONDITION_FAILED - early');
  });

  test('comes after all that the broker had said before', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('body');
      peer.send(Buffer.concat([confirm('basic.ack', 1), close(0, 320, 'GONE').bytes()]));
    });
    const { publisher, told } = await openPublisher(broker.url);
    publish(publisher, 'taken');
    publisher.flush();
    await told.until('closed');
    const names = told.all.map(([name]) => name).filter((name) => !name.startsWith('arrival'));
    expect(names).toEqual(['confirm', 'closed']);
  });

  test('is answered, when the broker asked for it', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.send(close(0, 320, 'GONE'));
      await peer.expect('connection.close-ok');
      peer.socket.end();
    });
    const { told } = await openPublisher(broker.url);
    await told.until('closed');
    const { received, closed } = await broker.peer();
    await closed;
    expect(received.at(-1)?.name).toBe('connection.close-ok');
  });

  test('of the broker’s side alone is found, though the broker takes nothing any more', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.socket.pause();
      await peer.until('nothing');
    });
    const { publisher, told } = await openPublisher(broker.url, { payloadBytes: 8192 });
    const { socket } = await broker.peer();
    await expect.poll(() => socket.isPaused()).toBe(true);
    for (let i = 0; i < 5000; i++) publish(publisher, 'too much for the sockets');
    expect(publisher.flush()).toBe(false);
    socket.end();
    await told.until('closed');
    expect(told.errors).toHaveLength(1);
  });

  test('comes of a frame that is longer than was agreed', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer, { frameMax: 4096 });
      peer.send(delivery({ tag: 1, body: Buffer.alloc(4088), frameMaxBytes: 4096 }));
      peer.send(delivery({ tag: 2, body: Buffer.alloc(4089), frameMaxBytes: 8192 }));
    });
    const { consumer, told } = await openConsumer(broker.url);
    await consumer.subscribe({ acknowledge: false });
    await told.until('closed');
    expect(told.errors[0]?.message).toContain('a frame of 4089 bytes, more than the 4096 agreed');
    expect(told.of('delivery').map(([, tag]) => tag)).toEqual([1]);
  });

  test('of a channel is answered, and takes the connection with it', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.send(close(1, 406, 'PRECONDITION_FAILED'));
      await peer.expect('channel.close-ok');
      await peer.expect('connection.close');
      peer.send(ok('connection.close-ok', 0));
    });
    const { told } = await openPublisher(broker.url);
    await told.until('closed');
    const { received, closed } = await broker.peer();
    await closed;
    expect(received.map(({ name }) => name).slice(-2)).toEqual([
      'channel.close-ok',
      'connection.close',
    ]);
  });

  test.each([
    ['wire', wireClient],
    ['amqplib', amqplibClient],
  ])(
    'of a consumer that the broker cancels is told once by the %s client, though the connection ends after it',
    async (_, client) => {
      const broker = await scriptedBroker(async (peer) => {
        await serveConsumer(peer);
        const cancel = new MethodFrame(1, 'basic.cancel').shortString('c').bits(true).bytes();
        peer.send(cancel, cancel, close(0, 320, 'CONNECTION_FORCED'));
      });
      const { consumer, told } = await openConsumer(broker.url, { queue: 'orders' }, client);
      await consumer.subscribe({ acknowledge: true });
      await told.until('closed');
      await (await broker.peer()).closed;
      const { port } = broker;
      const text = `the broker cancelled the consumer of queue "orders" at 127.0.0.1:${port}`;
      expect(told.of('closed')).toEqual([['closed', text]]);
    },
  );
});
