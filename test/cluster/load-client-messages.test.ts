import { describe, expect, test } from 'vitest';
import { wireClient } from '../../src/amqp/wire/client.js';
import { UsageError } from '../../src/base/errors.js';
import { publish } from '../support/opened-clients.js';
import {
  administration,
  clients,
  freshQueue,
  openConsumer,
  openPublisher,
  takeMessage,
  untilConfirmed,
} from './support/contract.js';

const admin = administration();

/** More than one frame holds, and not a multiple of what one holds. */
const largeBytes = 300 * 1024 + 1;

function largeBody(): Buffer {
  return Buffer.from(Uint8Array.from({ length: largeBytes }, (_, i) => i * 7 + (i >> 9)));
}

/** Of every kind that headers can hold in JavaScript, at the borders of their encodings. */
const headers = {
  text: 'é'.repeat(300),
  small: -1,
  int: 2 ** 31 - 1,
  long: 2 ** 31,
  far: -(2 ** 52),
  fraction: 0.1,
  yes: true,
  nothing: null,
  bytes: Buffer.from([0, 255, 206]),
  list: [1, 'two', [null, { three: 3 }]],
  table: { inner: { innermost: [false] }, '': 'no name' },
};

const properties = {
  contentType: 'application/octet-stream',
  contentEncoding: 'identity',
  headers,
  deliveryMode: 2,
  priority: 255,
  correlationId: 'c'.repeat(255),
  replyTo: 'reply',
  expiration: '3600000',
  messageId: 'message',
  timestamp: 1_700_000_000,
  type: 'type',
  userId: 'guest',
  appId: 'app',
} as const;

describe.each(clients)('the %s client', (_, client) => {
  test('is returned what no queue takes, before that is confirmed', async () => {
    const queue = await freshQueue(admin());
    const settings = { mandatory: true, routingKey: 'nowhere' };
    const { publisher, told } = await openPublisher(client, queue, settings);
    publish(publisher, 'returned'.padEnd(16));
    publisher.flush();
    await untilConfirmed(told, 1);
    expect(told.all.filter(([name]) => name === 'return' || name === 'confirm')).toEqual([
      ['return', 'returned'.padEnd(16), 16],
      ['confirm', 1, false, true],
    ]);
  });

  test('is returned nothing that a queue takes', async () => {
    const queue = await freshQueue(admin());
    const { publisher, told } = await openPublisher(client, queue, { mandatory: true });
    for (let i = 0; i < 100; i++) publish(publisher, 'taken');
    publisher.flush();
    await untilConfirmed(told, 100);
    expect(told.of('return')).toEqual([]);
  });

  test('publishes bodies larger than a frame, whole', async () => {
    const queue = await freshQueue(admin());
    const body = largeBody();
    const { publisher, told } = await openPublisher(client, queue, {
      payloadBytes: largeBytes,
      bodyHead: body,
    });
    publisher.publish();
    publisher.flush();
    await untilConfirmed(told, 1);
    const { content } = await takeMessage(queue);
    expect(content.equals(body)).toBe(true);
  });

  test('is delivered bodies larger than a frame, with their heads and lengths', async () => {
    const queue = await freshQueue(admin());
    const body = largeBody();
    const { publisher } = await openPublisher(client, queue, {
      payloadBytes: largeBytes,
      bodyHead: body,
    });
    for (const text of ['first', 'second']) publish(publisher, text);
    await publisher.close();
    const { consumer, told } = await openConsumer(client, queue);
    await consumer.subscribe({ acknowledge: true });
    const deliveries = await told.until('delivery', 2);
    const head = body.toString('latin1', 0, 64);
    expect(deliveries).toEqual([
      ['delivery', 1, `first${head.slice(5)}`, largeBytes, false],
      ['delivery', 2, `second${head.slice(6)}`, largeBytes, false],
    ]);
  });

  test('publishes and is delivered empty bodies', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue, { payloadBytes: 0 });
    publisher.publish();
    publisher.publish();
    await publisher.close();
    const { consumer, told } = await openConsumer(client, queue);
    await consumer.subscribe({ acknowledge: true });
    expect(await told.until('delivery', 2)).toEqual([
      ['delivery', 1, '', 0, false],
      ['delivery', 2, '', 0, false],
    ]);
  });

  test('flags a dead letter as delivered again, which the broker does not', async () => {
    const letters = await freshQueue(admin());
    const work = await freshQueue(admin(), {
      'x-dead-letter-exchange': letters,
      'x-dead-letter-routing-key': letters,
    });
    const { publisher } = await openPublisher(client, work, { properties });
    for (const text of ['one', 'two']) publish(publisher, text);
    await publisher.close();
    const { consumer: worker, told } = await openConsumer(client, work);
    await worker.subscribe({ acknowledge: true });
    const first = await told.until('delivery', 2);
    worker.reject(2, { multiple: true, requeue: false });

    const { consumer, told: toldAgain } = await openConsumer(client, letters, { prefetch: 1 });
    await consumer.subscribe({ acknowledge: true });
    const again = await toldAgain.until('delivery');
    expect([...first, ...again].map(([, , , , flag]) => flag)).toEqual([false, false, true]);
    const { fields } = await takeMessage(letters);
    expect(fields.redelivered).toBe(false);
  });

  test('publishes every property, and headers of every kind', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue, { properties });
    publish(publisher, 'with all of them');
    publisher.flush();
    const message = await takeMessage(queue);
    expect(message.properties).toMatchObject(properties);
    expect(message.properties.headers).toEqual(headers);
  });
});

describe('transactions', () => {
  test('show their messages when they are committed, and not before', async () => {
    const queue = await freshQueue(admin());
    const settings = { guarantee: 'transaction' } as const;
    const { publisher } = await openPublisher(wireClient, queue, settings);
    for (let round = 1; round <= 2; round++) {
      for (let i = 0; i < 3; i++) publish(publisher, `message ${i}`);
      publisher.flush();
      expect(await admin().readyMessages(queue)).toBe(3 * (round - 1));
      await publisher.commit();
      await expect.poll(() => admin().readyMessages(queue)).toBe(3 * round);
    }
  });

  test('are not for amqplib, which says so', async () => {
    const [, amqplib] = clients[1] ?? [];
    const queue = await freshQueue(admin());
    const opening = amqplib && openPublisher(amqplib, queue, { guarantee: 'transaction' });
    await expect(opening).rejects.toBeInstanceOf(UsageError);
  });
});
