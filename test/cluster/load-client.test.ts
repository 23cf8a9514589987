import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { Administration } from '../../src/amqp/administration.js';
import { amqplibClient } from '../../src/amqp/amqplib/client.js';
import type { LoadConsumer, LoadPublisher } from '../../src/amqp/load-client.js';
import type { BrokerError } from '../../src/base/errors.js';

/** The contract that every load client keeps against a real broker. */
const clients = { amqplib: amqplibClient };

let administration: Administration;
beforeAll(async () => {
  administration = await Administration.open(inject('cluster').entryUrl);
});
afterAll(() => administration.close());

const removed = new Set<string>();

describe.each(Object.entries(clients))('the %s client', (_, client) => {
  /** With an exchange of the same name, bound by the same key; removed when the test is over. */
  async function freshQueue(): Promise<string> {
    const queue = `contract-${randomUUID()}`;
    await administration.declareExchange(queue, false);
    await administration.declareQueue({ name: queue, durable: false, arguments: {} });
    await administration.bindQueue(queue, queue, queue);
    onTestFinished(async () => {
      await administration.removeExchange(queue);
      if (!removed.has(queue)) await administration.removeQueue(queue);
    });
    return queue;
  }

  interface Publishing {
    readonly publisher: LoadPublisher;
    readonly confirms: {
      readonly tag: number;
      readonly multiple: boolean;
      readonly accepted: boolean;
    }[];
    readonly events: EventEmitter;
  }

  async function openPublisher(queue: string, confirms = true): Promise<Publishing> {
    const events = new EventEmitter();
    const seen: Publishing['confirms'] = [];
    const publisher = await client.openPublisher(
      {
        url: inject('cluster').entryUrl,
        connectionName: 'contract',
        exchange: queue,
        routingKey: queue,
        payloadBytes: 16,
        persistent: false,
        confirms,
      },
      {
        onConfirm: (tag, multiple, accepted) => {
          seen.push({ tag, multiple, accepted });
          events.emit('confirm', tag);
        },
        onWritable: () => events.emit('writable'),
        onClosed: (error: BrokerError) => events.emit('closed', error),
      },
    );
    onTestFinished(() => publisher.close());
    return { publisher, confirms: seen, events };
  }

  interface Consuming {
    readonly consumer: LoadConsumer;
    readonly bodies: string[];
    readonly tags: number[];
    readonly flags: boolean[];
    readonly events: EventEmitter;
  }

  async function openConsumer(queue: string, prefetch: number): Promise<Consuming> {
    const events = new EventEmitter();
    const seen = { bodies: [] as string[], tags: [] as number[], flags: [] as boolean[] };
    const consumer = await client.openConsumer(
      { url: inject('cluster').entryUrl, connectionName: 'contract', queue, prefetch },
      {
        onDelivery: (bytes, offset, length, tag, redelivered) => {
          seen.bodies.push(bytes.toString('latin1', offset, offset + length));
          seen.tags.push(tag);
          seen.flags.push(redelivered);
          events.emit('delivery', tag);
        },
        onClosed: (error: BrokerError) => events.emit('closed', error),
      },
    );
    onTestFinished(() => consumer.close());
    return { consumer, ...seen, events };
  }

  function publish({ publisher }: Publishing, text: string): void {
    publisher.buffer.write(text.padEnd(16), publisher.bodyOffset, 'latin1');
    publisher.publish();
  }

  async function until(events: EventEmitter, name: string, holds: () => boolean): Promise<void> {
    while (!holds()) await once(events, name);
  }

  test('confirms every message, counting tags from one', async () => {
    const publishing = await openPublisher(await freshQueue());
    for (let i = 0; i < 5; i++) publish(publishing, `message ${i}`);

    await until(publishing.events, 'confirm', () =>
      publishing.confirms.some(({ tag, multiple }) => tag === 5 || (multiple && tag >= 5)),
    );
    expect(publishing.confirms.every(({ accepted }) => accepted)).toBe(true);
  });

  test('delivers the very bytes that were published, in order', async () => {
    const queue = await freshQueue();
    const consuming = await openConsumer(queue, 0);
    await consuming.consumer.subscribe({ acknowledge: false });
    const publishing = await openPublisher(queue);
    for (const text of ['one', 'two', 'three']) publish(publishing, text);

    await until(consuming.events, 'delivery', () => consuming.bodies.length === 3);
    expect(consuming.bodies.map((body) => body.trim())).toEqual(['one', 'two', 'three']);
    expect(consuming.tags).toEqual([1, 2, 3]);
  });

  test('is sent no more than its prefetch before it acknowledges', async () => {
    const queue = await freshQueue();
    const publishing = await openPublisher(queue);
    for (let i = 0; i < 5; i++) publish(publishing, `${i}`);
    await publishing.publisher.close();
    const consuming = await openConsumer(queue, 2);
    await consuming.consumer.subscribe({ acknowledge: true });
    await until(consuming.events, 'delivery', () => consuming.tags.length === 2);

    expect(await administration.readyMessages(queue)).toBe(3);
    consuming.consumer.acknowledge(2, true);
    await until(consuming.events, 'delivery', () => consuming.tags.length === 4);
    expect(await administration.readyMessages(queue)).toBe(1);
  });

  test('closes a publisher only after the broker has taken everything', async () => {
    const queue = await freshQueue();
    const publishing = await openPublisher(queue, false);
    for (let i = 0; i < 1000; i++) publish(publishing, `${i}`);
    await publishing.publisher.close();

    expect(await administration.readyMessages(queue)).toBe(1000);
  });

  test('cancels a consumer after handing over what the queue had sent', async () => {
    const queue = await freshQueue();
    const publishing = await openPublisher(queue);
    for (let i = 0; i < 100; i++) publish(publishing, `${i}`);
    await publishing.publisher.close();
    const consuming = await openConsumer(queue, 0);
    await consuming.consumer.subscribe({ acknowledge: false });
    await consuming.consumer.cancel();

    const left = await administration.readyMessages(queue);
    expect(consuming.bodies.length + left).toBe(100);
  });

  test('flags what is delivered a second time', async () => {
    const queue = await freshQueue();
    publish(await openPublisher(queue), 'again');
    const first = await openConsumer(queue, 1);
    await first.consumer.subscribe({ acknowledge: true });
    await until(first.events, 'delivery', () => first.flags.length === 1);
    await first.consumer.close();
    const second = await openConsumer(queue, 1);
    await second.consumer.subscribe({ acknowledge: true });
    await until(second.events, 'delivery', () => second.flags.length === 1);

    expect([...first.flags, ...second.flags]).toEqual([false, true]);
  });

  test('tells that the broker closed the channel of a publisher to an exchange that is gone', async () => {
    const publishing = await openPublisher(`no-such-exchange-${randomUUID()}`);
    const closed = once(publishing.events, 'closed');
    publish(publishing, 'lost');

    const [error] = (await closed) as [BrokerError];
    expect(error.message).toContain('no exchange');
  });

  test('tells that a consumer was cancelled because its queue was deleted', async () => {
    const queue = await freshQueue();
    const consuming = await openConsumer(queue, 1);
    await consuming.consumer.subscribe({ acknowledge: true });
    const closed = once(consuming.events, 'closed');
    removed.add(queue);
    await administration.removeQueue(queue);

    const [error] = (await closed) as [BrokerError];
    expect(error.message).toContain(`cancelled the consumer of queue "${queue}"`);
  });
});
