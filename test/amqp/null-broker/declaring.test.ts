import { describe, expect, test } from 'vitest';
import {
  brokerFor,
  channelWith,
  closingErrorOf,
  connectionTo,
  Inbox,
  send,
} from './support/amqplib-connection.js';

describe('a queue', () => {
  test('gets a name of the broker’s making when it has none', async () => {
    const broker = await brokerFor();
    const channel = await (await connectionTo(broker)).createChannel();
    const first = await channel.assertQueue('');
    const second = await channel.assertQueue('');
    expect(first.queue).toMatch(/^amq\.gen-/);
    expect(second.queue).not.toBe(first.queue);
  });

  test('tells how many messages and consumers it has when it is declared passively', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', 'a', 'b', 'c');
    expect(await channel.checkQueue('q')).toMatchObject({ messageCount: 3, consumerCount: 0 });
    await channel.assertQueue('consumed');
    await Inbox.of(channel, 'consumed');
    expect(await channel.checkQueue('consumed')).toMatchObject({ consumerCount: 1 });
  });

  test('that does not exist closes the channel that asks for it, in RabbitMQ’s words', async () => {
    const broker = await brokerFor();
    const connection = await connectionTo(broker);
    const channel = await connection.createChannel();
    const closing = closingErrorOf(channel);
    await expect(channel.checkQueue('x')).rejects.toThrow(/404/);
    expect((await closing).message).toContain("NOT_FOUND - no queue 'x' in vhost '/'");
    await expect(connection.createChannel()).resolves.toBeDefined();
  });

  test('cannot be declared again with other properties', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const closing = closingErrorOf(channel);
    await expect(channel.assertQueue('q', { durable: false })).rejects.toThrow(/406/);
    expect((await closing).message).toContain(
      "inequivalent arg 'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'",
    );
  });

  test('tells how many messages a purge took from it', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', 'a', 'b');
    expect(await channel.purgeQueue('q')).toEqual({ messageCount: 2 });
    expect(await channel.purgeQueue('q')).toEqual({ messageCount: 0 });
  });

  test('tells how many messages went with it when it is deleted', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', 'a', 'b');
    expect(await channel.deleteQueue('q')).toEqual({ messageCount: 2 });
    expect(await channel.deleteQueue('q')).toEqual({ messageCount: 0 });
  });

  test('that is deleted cancels its consumers', async () => {
    const broker = await brokerFor();
    const consumer = await channelWith(broker, 'q');
    const inbox = await Inbox.of(consumer, 'q');
    const other = await channelWith(broker, 'other');
    await other.deleteQueue('q');
    await inbox.isCancelled();
    await expect(consumer.checkQueue('other')).resolves.toBeDefined();
  });

  test('that is exclusive is locked to others and ends with its connection', async () => {
    const broker = await brokerFor();
    const owner = await connectionTo(broker);
    await (await owner.createChannel()).assertQueue('mine', { exclusive: true });
    const other = await channelWith(broker, 'q');
    await expect(other.checkQueue('mine')).rejects.toThrow(/405/);
    await owner.close();
    const later = await channelWith(broker, 'q');
    await expect(later.checkQueue('mine')).rejects.toThrow(/404/);
  });

  test('that is to delete itself does so with its last consumer', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.assertQueue('passing', { autoDelete: true });
    const { consumerTag } = await channel.consume('passing', () => {});
    await channel.cancel(consumerTag);
    await expect(channel.checkQueue('passing')).rejects.toThrow(/404/);
  });
});

describe('an exchange', () => {
  test('that does not exist closes the channel that publishes to it, in RabbitMQ’s words', async () => {
    const broker = await brokerFor({ mode: 'sink' });
    const channel = await channelWith(broker, 'q');
    const closing = closingErrorOf(channel);
    channel.publish('x', 'key', Buffer.from('lost'));
    expect((await closing).message).toContain("NOT_FOUND - no exchange 'x' in vhost '/'");
  });

  test('of type direct sends to the queues bound with exactly the routing key', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.assertExchange('direct', 'direct');
    await channel.bindQueue('q', 'direct', 'yes');
    channel.publish('direct', 'no', Buffer.from('other'));
    channel.publish('direct', 'yes', Buffer.from('mine'));
    await channel.waitForConfirms();
    const message = await channel.get('q', { noAck: true });
    expect(message).toMatchObject({
      content: Buffer.from('mine'),
      fields: { exchange: 'direct', routingKey: 'yes' },
    });
    expect(await channel.get('q')).toBe(false);
  });

  test('of type fanout sends to every queue once, however often it is bound', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'one');
    await channel.assertQueue('two');
    await channel.assertExchange('fan', 'fanout');
    await channel.bindQueue('one', 'fan', 'a');
    await channel.bindQueue('one', 'fan', 'b');
    await channel.bindQueue('two', 'fan', '');
    channel.publish('fan', 'whatever', Buffer.from('to all'));
    await channel.waitForConfirms();
    expect(await channel.checkQueue('one')).toMatchObject({ messageCount: 1 });
    expect(await channel.checkQueue('two')).toMatchObject({ messageCount: 1 });
  });

  test('sends nothing to a queue that was unbound, also right after it did', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.assertExchange('direct', 'direct');
    await channel.bindQueue('q', 'direct', 'key');
    channel.publish('direct', 'key', Buffer.from('first'));
    await channel.unbindQueue('q', 'direct', 'key');
    channel.publish('direct', 'key', Buffer.from('second'));
    await channel.waitForConfirms();
    expect(await channel.checkQueue('q')).toMatchObject({ messageCount: 1 });
  });

  test('that was deleted is unknown', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.assertExchange('gone', 'direct');
    await channel.deleteExchange('gone');
    await expect(channel.checkExchange('gone')).rejects.toThrow(/404/);
  });
});
