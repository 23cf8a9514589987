import { describe, expect, test } from 'vitest';
import { brokerFor, channelWith, Inbox, send } from './support/amqplib-connection.js';

const letters = ['a', 'b', 'c', 'd', 'e', 'f'];

describe('a consumer', () => {
  test('gets messages in the order they were published', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q', { noAck: true });
    const texts = Array.from({ length: 5000 }, (_, i) => `message ${i}`);
    for (const text of texts) channel.sendToQueue('q', Buffer.from(text));
    await inbox.holds(texts.length);
    expect(inbox.texts).toEqual(texts);
    expect(broker.counts()).toMatchObject({ delivered: texts.length, acknowledged: 0 });
  });

  test('gets no more than its prefetch until it acknowledges', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const consumer = await channelWith(broker, 'q');
    await consumer.prefetch(2);
    const inbox = await Inbox.of(consumer, 'q');
    await send(channel, 'q', ...letters);
    const [first, second] = await inbox.holds(2);
    // The answer comes behind everything that the broker had sent before.
    await consumer.checkQueue('q');
    expect(inbox.texts).toEqual(['a', 'b']);
    if (first) consumer.ack(first);
    await inbox.holds(3);
    await consumer.checkQueue('q');
    expect(inbox.texts).toEqual(['a', 'b', 'c']);
    if (second) consumer.ack(second);
    await inbox.holds(4);
    expect(broker.counts()).toMatchObject({ delivered: 4, acknowledged: 2 });
  });

  test('shares its queue with the others by turns', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const one = await Inbox.of(channel, 'q', { noAck: true });
    const two = await Inbox.of(channel, 'q', { noAck: true });
    await send(channel, 'q', ...letters);
    await one.holds(3);
    await two.holds(3);
    expect([one.texts, two.texts]).toEqual([
      ['a', 'c', 'e'],
      ['b', 'd', 'f'],
    ]);
  });

  test('gets what it puts back once more, before the others and marked', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(2);
    const inbox = await Inbox.of(channel, 'q');
    await send(channel, 'q', 'a', 'b', 'c');
    const [, second] = await inbox.holds(2);
    if (second) channel.nack(second, true, true);
    const messages = await inbox.holds(4);
    expect(messages.map(({ content, fields }) => `${content} ${fields.redelivered}`)).toEqual([
      'a false',
      'b false',
      'a true',
      'b true',
    ]);
  });

  test('does not get again what it rejects for good', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(1);
    const inbox = await Inbox.of(channel, 'q');
    await send(channel, 'q', 'a', 'b');
    const [first] = await inbox.holds(1);
    if (first) channel.reject(first, false);
    await inbox.holds(2);
    expect(inbox.texts).toEqual(['a', 'b']);
    expect(broker.counts()).toMatchObject({ acknowledged: 0 });
  });

  test('leaves what it did not acknowledge to the next one, in order', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', ...letters);
    const consumer = await channelWith(broker, 'q');
    const first = await Inbox.of(consumer, 'q');
    await first.holds(letters.length);
    await consumer.close();
    const second = await Inbox.of(channel, 'q');
    const messages = await second.holds(letters.length);
    expect(second.texts).toEqual(letters);
    expect(messages.every(({ fields }) => fields.redelivered)).toBe(true);
  });

  test('may acknowledge many messages at once', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(6);
    const inbox = await Inbox.of(channel, 'q');
    await send(channel, 'q', ...letters, 'g');
    const last = (await inbox.holds(6)).at(-1);
    if (last) channel.ack(last, true);
    await inbox.holds(7);
    expect(broker.counts()).toMatchObject({ delivered: 7, acknowledged: 6 });
  });

  test('that acknowledges what it never got loses its channel', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q');
    await send(channel, 'q', 'a');
    const [message] = await inbox.holds(1);
    const closing = new Promise<Error>((resolve) => channel.once('error', resolve));
    if (message) channel.ack(message);
    if (message) channel.ack(message);
    expect((await closing).message).toContain('PRECONDITION_FAILED - unknown delivery tag 1');
  });

  test('gets nothing after it has cancelled', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const texts: string[] = [];
    const take = (message: { content: Buffer } | null) => texts.push(`${message?.content}`);
    await channel.consume('q', take, { consumerTag: 'mine', noAck: true });
    await channel.cancel('mine');
    await send(channel, 'q', 'a');
    expect(await channel.checkQueue('q')).toMatchObject({ messageCount: 1, consumerCount: 0 });
    expect(texts).toEqual([]);
  });
});

describe('basic.get', () => {
  test('takes one message after the other until the queue is empty', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', 'a', 'b');
    const first = await channel.get('q');
    expect(first && `${first.content} ${first.fields.messageCount}`).toBe('a 1');
    const second = await channel.get('q', { noAck: true });
    expect(second && `${second.content} ${second.fields.messageCount}`).toBe('b 0');
    expect(await channel.get('q')).toBe(false);
    if (first) channel.nack(first);
    const again = await channel.get('q');
    expect(again && `${again.content} ${again.fields.redelivered}`).toBe('a true');
  });
});
