import { describe, expect, test } from 'vitest';
import { startNullBroker } from '../../../src/amqp/null-broker/null-broker.js';
import { readPublisher, readSequence } from '../../../src/measure/stamp.js';
import { brokerFor, channelWith, Inbox } from './support/amqplib-connection.js';

describe('a source', () => {
  test('makes up stamped messages of the size asked for, their sequence counting up', async () => {
    const broker = await brokerFor({ mode: 'source', payloadBytes: 100 });
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(500);
    const messages = await (await Inbox.of(channel, 'q')).holds(500);
    expect(messages.every(({ content }) => content.length === 100)).toBe(true);
    const sequences = messages.map(({ content }) => readSequence(content, 0, 0));
    expect(sequences).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  test('gives each consumer a number and a sequence of its own', async () => {
    const broker = await brokerFor({ mode: 'source' });
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(3);
    const inboxes = [await Inbox.of(channel, 'q'), await Inbox.of(channel, 'q')];
    const seen: string[] = [];
    for (const inbox of inboxes) {
      for (const { content } of await inbox.holds(3)) {
        seen.push(`${readPublisher(content, 0)}:${readSequence(content, 0, 0)}`);
      }
    }
    expect(seen).toEqual(['0:0', '0:1', '0:2', '1:0', '1:1', '1:2']);
  });

  test('sends no more than the prefetch until the consumer acknowledges', async () => {
    const broker = await brokerFor({ mode: 'source' });
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(10);
    const inbox = await Inbox.of(channel, 'q');
    const last = (await inbox.holds(10)).at(-1);
    await channel.checkQueue('q');
    expect(inbox.messages).toHaveLength(10);
    if (last) channel.ack(last, true);
    await inbox.holds(20);
    await channel.checkQueue('q');
    expect(inbox.messages).toHaveLength(20);
    expect(broker.counts()).toMatchObject({ delivered: 20, acknowledged: 10 });
  });

  test('sends on and on to a consumer that does not acknowledge, until it cancels', async () => {
    const broker = await brokerFor({ mode: 'source' });
    const channel = await channelWith(broker, 'q');
    const tags: number[] = [];
    const many = new Promise<void>((resolve) => {
      const take = (message: { fields: { deliveryTag: number } } | null) => {
        if (message) tags.push(message.fields.deliveryTag);
        if (tags.length === 5000) resolve();
      };
      void channel.consume('q', take, { noAck: true, consumerTag: 'mine' });
    });
    await many;
    await channel.cancel('mine');
    expect(tags).toEqual(Array.from(tags, (_, i) => i + 1));
    expect(broker.counts().delivered).toBe(tags.length);
  });

  test('sends bodies larger than a frame', async () => {
    const broker = await brokerFor({ mode: 'source', payloadBytes: 300_000 });
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(3);
    const messages = await (await Inbox.of(channel, 'q')).holds(3);
    expect(messages.map(({ content }) => [content.length, readSequence(content, 0, 0)])).toEqual([
      [300_000, 0],
      [300_000, 1],
      [300_000, 2],
    ]);
  });

  test('is not started for a payload without room for the stamp', async () => {
    const starting = startNullBroker({ mode: 'source', payloadBytes: 11 });
    await expect(starting).rejects.toThrow('a payload of 11 bytes has no room for its stamp');
  });
});
