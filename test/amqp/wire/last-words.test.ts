import { describe, expect, test } from 'vitest';
import { amqplibClient } from '../../../src/amqp/amqplib/client.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { wireClient } from '../../../src/amqp/wire/client.js';
import { openConsumer, openPublisher, publish } from '../../support/opened-clients.js';
import { testCertificates } from '../../support/tls-material.js';
import { scriptedBroker } from './scripted-broker.js';
import { close, confirm, delivery, greetPublisher, serveConsumer } from './scripts.js';

const { ca, server } = testCertificates;

const clients = [
  ['wire', wireClient],
  ['amqplib', amqplibClient],
] as const;

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe.each(clients)('the %s client', (_, client) => {
  test.each([
    ['plain TCP', false],
    ['TLS', true],
  ])(
    'over %s tells of confirms that came before a reset, though writing failed before they were read',
    async (_, isTls) => {
      const broker = await scriptedBroker(
        async (peer) => {
          await greetPublisher(peer);
          peer.socket.pause();
        },
        isTls ? server : undefined,
      );
      const url = broker.url.replace('127.0.0.1', 'localhost');
      const tls = isTls ? { tls: { ca } } : {};
      const { publisher, told } = await openPublisher(url, tls, client);
      const peer = await broker.peer();
      await expect.poll(() => peer.socket.isPaused()).toBe(true);
      // What lies unread when a socket is closed makes the kernel reset the connection.
      for (let i = 0; i < 5; i++) publish(publisher, 'never read');
      publisher.flush();
      await settle();
      peer.send(confirm('basic.ack', 2, true));
      if (isTls) await settle();
      peer.socket.destroy();
      // amqplib writes a moment later, the wire client at once: neither has read the confirm by then.
      for (let i = 0; i < 5; i++) publish(publisher, 'too late');
      publisher.flush();
      await told.until('closed');
      expect(told.all.filter(([name]) => name === 'confirm' || name === 'closed')).toEqual([
        ['confirm', 2, true, true],
        ['closed', expect.stringMatching(/^lost the connection/)],
      ]);
    },
  );

  test('tells of all that came in one read with the end of the connection, and of nothing behind it', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('body');
      const blocked = new MethodFrame(0, 'connection.blocked').shortString('late').bytes();
      const closed = close(0, 320, 'CONNECTION_FORCED');
      peer.send(confirm('basic.ack', 1), closed, confirm('basic.ack', 2), blocked);
    });
    const { publisher, told } = await openPublisher(broker.url, {}, client);
    for (const text of ['one', 'two']) publish(publisher, text);
    publisher.flush();
    await told.until('closed');
    await (await broker.peer()).closed;
    // amqplib ends the arrival of each confirm before it looks at what came with it.
    expect(told.all.filter(([name]) => name !== 'arrival end')).toEqual([
      ['arrival'],
      ['confirm', 1, false, true],
      ['closed', expect.stringContaining('CONNECTION_FORCED')],
    ]);
  });

  test('tells of all that came in one read with the end of the channel, and of nothing behind it', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('body');
      const blocked = new MethodFrame(0, 'connection.blocked').shortString('late').bytes();
      peer.send(confirm('basic.ack', 1), close(1, 404, 'NOT_FOUND', 'basic.publish'), blocked);
      await peer.until('connection.close');
      peer.send(new MethodFrame(0, 'connection.close-ok'));
    });
    const { publisher, told } = await openPublisher(broker.url, {}, client);
    publish(publisher, 'one');
    publisher.flush();
    await told.until('closed');
    // The connection goes with its channel: else every channel that is lost would leave one behind.
    await (await broker.peer()).closed;
    const names = told.all.map(([name]) => name);
    const besides = ['blocked', 'arrival end'];
    expect(names.filter((name) => !besides.includes(name))).toEqual([
      'arrival',
      'confirm',
      'closed',
    ]);
    expect(told.all.at(-1)?.[0]).toBe('closed');
  });

  test('tells of what was delivered before the consumer was cancelled, and of nothing behind that', async () => {
    const body = Buffer.from('body');
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      const cancel = new MethodFrame(1, 'basic.cancel').shortString('c').bits(true).bytes();
      peer.send(delivery({ tag: 1, body }), cancel, delivery({ tag: 2, body }));
    });
    const { consumer, told } = await openConsumer(broker.url, {}, client);
    await consumer.subscribe({ acknowledge: true });
    await told.until('closed');
    const peer = await broker.peer();
    await expect.poll(() => peer.received.at(-1)?.name).toMatch(/close$/);
    peer.send(delivery({ tag: 3, body }), new MethodFrame(1, 'channel.close-ok'));
    await expect.poll(() => peer.received.at(-1)?.name).toBe('connection.close');
    expect(told.all.filter(([name]) => name !== 'arrival')).toEqual([
      ['delivery', 1, 'body', 4, false],
      ['closed', expect.stringContaining('cancelled the consumer')],
    ]);
  });
});

// Whoever hears of the end of an arrival may publish: nothing more is to be laid out for a dead channel.
test.each([
  ['connection', close(0, 320, 'CONNECTION_FORCED')],
  ['channel', close(1, 404, 'NOT_FOUND', 'basic.publish')],
])('the wire client tells no end of an arrival that brings the end of its %s', async (_, end) => {
  const broker = await scriptedBroker(async (peer) => {
    await greetPublisher(peer);
    await peer.until('body');
    peer.send(confirm('basic.ack', 1), end);
  });
  const { publisher, told } = await openPublisher(broker.url);
  publish(publisher, 'one');
  publisher.flush();
  await told.until('closed');
  await settle();
  expect(told.all.map(([name]) => name)).toEqual(['arrival', 'confirm', 'closed']);
});

test('a consumer that reads no more, for its acknowledgements are not taken, still hears all before a reset', async () => {
  const body = Buffer.alloc(200, 'b');
  const broker = await scriptedBroker(async (peer) => {
    await serveConsumer(peer);
    peer.socket.pause();
    for (let tag = 1; tag <= 400; tag++) peer.send(delivery({ tag, body }));
  });
  // So many for each delivery that one read brings more than may wait, and another waits unread.
  const { consumer, told } = await openConsumer(broker.url, {}, undefined, (tag) => {
    if (told.of('closed').length > 0) return;
    for (let i = 0; i < 3000; i++) consumer.acknowledge(tag, false);
  });
  await consumer.subscribe({ acknowledge: true });
  await told.until('delivery');
  const { socket } = await broker.peer();
  await expect.poll(() => socket.writableLength).toBe(0);
  expect(told.of('delivery').length).toBeLessThan(400);
  socket.resetAndDestroy();
  await told.until('closed');
  expect(told.of('delivery')).toHaveLength(400);
});
