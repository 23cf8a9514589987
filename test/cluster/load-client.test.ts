import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { publish } from '../support/opened-clients.js';
import {
  administration,
  clients,
  freshQueue,
  openConsumer,
  openPublisher,
  untilConfirmed,
} from './support/contract.js';

const admin = administration();

/** The first bytes of each body that was delivered, without the spaces that fill it up. */
function bodies(deliveries: readonly (readonly unknown[])[]): string[] {
  return deliveries.map(([, , head]) => String(head).replaceAll('\0', ''));
}

describe.each(clients)('the %s client', (_, client) => {
  test('confirms every message, counting tags from one', async () => {
    const { publisher, told } = await openPublisher(client, await freshQueue(admin()));
    for (let i = 0; i < 5; i++) publish(publisher, `message ${i}`);
    publisher.flush();
    await untilConfirmed(told, 5);
  });

  test('confirms a thousand messages, each once, however many the broker confirms at once', async () => {
    const { publisher, told } = await openPublisher(client, await freshQueue(admin()));
    for (let i = 0; i < 1000; i++) publish(publisher, `message ${i}`);
    publisher.flush();
    await untilConfirmed(told, 1000);
  });

  test('delivers the very bytes that were published, in order', async () => {
    const queue = await freshQueue(admin());
    const { consumer, told } = await openConsumer(client, queue, { prefetch: 0 });
    await consumer.subscribe({ acknowledge: false });
    const { publisher } = await openPublisher(client, queue);
    for (const text of ['one', 'two', 'three']) publish(publisher, text.padEnd(16, '\0'));
    publisher.flush();

    const deliveries = await told.until('delivery', 3);
    expect(bodies(deliveries)).toEqual(['one', 'two', 'three']);
    expect(deliveries.map(([, tag]) => tag)).toEqual([1, 2, 3]);
  });

  test('is sent no more than its prefetch before it acknowledges', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue);
    for (let i = 0; i < 5; i++) publish(publisher, `${i}`);
    await publisher.close();
    const { consumer, told } = await openConsumer(client, queue, { prefetch: 2 });
    await consumer.subscribe({ acknowledge: true });
    await told.until('delivery', 2);

    expect(await admin().readyMessages(queue)).toBe(3);
    consumer.acknowledge(2, true);
    await told.until('delivery', 4);
    expect(await admin().readyMessages(queue)).toBe(1);
  });

  test('closes a publisher only after the broker has taken everything', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue, { guarantee: 'none' });
    for (let i = 0; i < 1000; i++) publish(publisher, `${i}`);
    await publisher.close();

    // What a closed channel handed on may still be on its way to a queue on another node.
    await expect.poll(() => admin().readyMessages(queue)).toBe(1000);
  });

  test('closes a publisher in order though much is not confirmed yet', async () => {
    const queue = await freshQueue(admin());
    const { publisher, told } = await openPublisher(client, queue);
    for (let i = 0; i < 5000; i++) publish(publisher, `${i}`);
    await publisher.close();

    await expect.poll(() => admin().readyMessages(queue)).toBe(5000);
    expect(told.errors).toEqual([]);
  });

  test('cancels a consumer after handing over what the queue had sent', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue);
    for (let i = 0; i < 100; i++) publish(publisher, `${i}`);
    await publisher.close();
    await expect.poll(() => admin().readyMessages(queue)).toBe(100);
    const { consumer, told } = await openConsumer(client, queue, { prefetch: 0 });
    await consumer.subscribe({ acknowledge: false });
    await consumer.cancel();

    const left = await admin().readyMessages(queue);
    expect(told.of('delivery').length + left).toBe(100);
  });

  test('closes a consumer in order while deliveries flow and are acknowledged', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue);
    for (let i = 0; i < 5000; i++) publish(publisher, `${i}`);
    await publisher.close();
    const { consumer, told } = await openConsumer(client, queue, { prefetch: 100 }, (tag) =>
      consumer.acknowledge(tag, false),
    );
    await consumer.subscribe({ acknowledge: true });
    await told.until('delivery', 10);
    await consumer.close();
    expect(told.errors).toEqual([]);
  });

  test('flags what is delivered a second time', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue);
    publish(publisher, 'again');
    publisher.flush();
    const flags: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const { consumer, told } = await openConsumer(client, queue, { prefetch: 1 });
      await consumer.subscribe({ acknowledge: true });
      const [delivery] = await told.until('delivery');
      flags.push(delivery?.[4]);
      await consumer.close();
    }
    expect(flags).toEqual([false, true]);
  });

  test('gives back to the queue what it rejects to be queued again', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue);
    publish(publisher, 'again');
    publisher.flush();
    const { consumer, told } = await openConsumer(client, queue, { prefetch: 1 });
    await consumer.subscribe({ acknowledge: true });
    await told.until('delivery');
    consumer.reject(1, { multiple: false, requeue: true });

    const [, again] = await told.until('delivery', 2);
    expect(again?.[4]).toBe(true);
  });

  test('lets the queue drop what it rejects for good, with all earlier ones when asked', async () => {
    const queue = await freshQueue(admin());
    const { publisher } = await openPublisher(client, queue);
    for (const text of ['one', 'two', 'three']) publish(publisher, text);
    publisher.flush();
    const { consumer, told } = await openConsumer(client, queue, { prefetch: 3 });
    await consumer.subscribe({ acknowledge: true });
    await told.until('delivery', 3);
    consumer.reject(2, { multiple: true, requeue: false });
    await consumer.close();

    // Only the third was neither acknowledged nor rejected.
    await expect.poll(() => admin().readyMessages(queue)).toBe(1);
  });

  test('tells that the broker closed the channel of a publisher to an exchange that is gone', async () => {
    const { publisher, told } = await openPublisher(client, `no-such-exchange-${randomUUID()}`);
    publish(publisher, 'lost');
    publisher.flush();
    await told.until('closed');
    expect(told.errors[0]?.message).toMatch(/404.*no exchange/);
  });

  test('tells that a consumer was cancelled because its queue was deleted', async () => {
    const queue = await freshQueue(admin());
    const { consumer, told } = await openConsumer(client, queue);
    await consumer.subscribe({ acknowledge: true });
    await admin().removeQueue(queue);
    await told.until('closed');
    expect(told.errors[0]?.message).toContain(`cancelled the consumer of queue "${queue}"`);
    await expect(consumer.close()).resolves.toBeUndefined();
  });
});
