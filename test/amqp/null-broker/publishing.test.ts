import { describe, expect, test } from 'vitest';
import type { NullBroker } from '../../../src/amqp/null-broker/null-broker.js';
import { messageFrames } from '../../../src/amqp/protocol/content-frames.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import type { MethodName } from '../../../src/amqp/protocol/methods.js';
import { brokerFor, channelWith, connectionTo, Inbox, send } from './support/amqplib-connection.js';
import { declareFrame, publishFrame, RawConnection } from './support/raw-connection.js';

/** Bytes that differ from their neighbours, so that none can be lost or moved unseen. */
function patterned(count: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: count }, (_, i) => (i * 31 + (i >> 8)) & 0xff));
}

describe('a publisher', () => {
  test('gets every message confirmed', async () => {
    const broker = await brokerFor({ mode: 'sink' });
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', ...Array.from({ length: 1000 }, (_, i) => `${i}`));
    expect(broker.counts()).toMatchObject({ published: 1000, confirmed: 1000, delivered: 0 });
  });

  test('gets a mandatory message that is bound to nothing back before it is confirmed', async () => {
    const broker = await brokerFor({ mode: 'sink' });
    const channel = await channelWith(broker, 'q');
    const heard: string[] = [];
    channel.on('return', ({ fields, content }) => {
      const { replyCode, replyText } = fields as unknown as Record<string, unknown>;
      heard.push(`${replyCode} ${replyText} ${fields.routingKey} ${content}`);
    });
    const options = { mandatory: true };
    channel.publish('', 'nowhere', Buffer.from('text'), options, () => heard.push('confirmed'));
    await channel.waitForConfirms();
    expect(heard).toEqual(['312 NO_ROUTE nowhere text', 'confirmed']);
    expect(broker.counts()).toMatchObject({ published: 1, confirmed: 1, returned: 1 });
  });

  test('does not get a mandatory message back that goes to a queue', async () => {
    const broker = await brokerFor({ mode: 'sink' });
    const channel = await channelWith(broker, 'q');
    channel.sendToQueue('q', Buffer.from('text'), { mandatory: true });
    await channel.waitForConfirms();
    expect(broker.counts()).toMatchObject({ confirmed: 1, returned: 0 });
  });

  test('has confirms of its own on every channel of a connection', async () => {
    const broker = await brokerFor({ mode: 'sink' });
    const connection = await connectionTo(broker);
    const channels = [
      await connection.createConfirmChannel(),
      await connection.createConfirmChannel(),
      await connection.createConfirmChannel(),
    ];
    await channels[0]?.assertQueue('q');
    await Promise.all(channels.map((channel, i) => send(channel, 'q', ...'abcdef'.slice(i))));
    expect(broker.counts()).toMatchObject({ published: 15, confirmed: 15 });
  });

  test('may send bodies of any size and any properties, which arrive byte for byte', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q', { noAck: true });
    const sizes = [0, 1, 255, 256, 4088, 4089, 131_064, 131_065, 400_000];
    const headers = { text: 'x', list: [1, 2], deep: { yes: true } };
    for (const size of sizes) {
      channel.sendToQueue('q', patterned(size), { headers, correlationId: `${size}` });
    }
    const messages = await inbox.holds(sizes.length);
    expect(messages.map(({ content }) => content.length)).toEqual(sizes);
    for (const { content, properties } of messages) {
      expect(content.equals(patterned(content.length))).toBe(true);
      expect(properties).toMatchObject({ headers, correlationId: `${content.length}` });
    }
  });

  test('reaches a consumer that takes smaller frames', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const consumer = await (await connectionTo(broker, '?frameMax=4096')).createChannel();
    const inbox = await Inbox.of(consumer, 'q', { noAck: true });
    channel.sendToQueue('q', patterned(100_000));
    const [message] = await inbox.holds(1);
    expect(message?.content.equals(patterned(100_000))).toBe(true);
  });
});

describe('a transaction', () => {
  const method = (name: MethodName) => new MethodFrame(1, name).bytes();

  function message(text: string): Buffer {
    const content = { channel: 1, properties: {}, body: Buffer.from(text) };
    return messageFrames(publishFrame('q'), content, 4096).bytes;
  }

  async function countIn(raw: RawConnection): Promise<number> {
    raw.send(declareFrame('q'));
    const { args } = await raw.next('queue.declare-ok');
    args.shortString();
    return args.uint32();
  }

  async function transactional(broker: NullBroker): Promise<RawConnection> {
    const raw = await RawConnection.open(broker.port);
    raw.send(declareFrame('q'), method('tx.select'));
    await raw.next('queue.declare-ok');
    await raw.next('tx.select-ok');
    return raw;
  }

  test('puts its messages into queues, in order, when it is committed', async () => {
    const broker = await brokerFor();
    const raw = await transactional(broker);
    raw.send(message('a'), message('b'));
    expect(await countIn(raw)).toBe(0);
    raw.send(method('tx.commit'));
    await raw.next('tx.commit-ok');
    const inbox = await Inbox.of(await channelWith(broker, 'other'), 'q', { noAck: true });
    await inbox.holds(2);
    expect(inbox.texts).toEqual(['a', 'b']);
  });

  test('forgets its messages when it is rolled back', async () => {
    const broker = await brokerFor();
    const raw = await transactional(broker);
    raw.send(message('a'), method('tx.rollback'), message('b'), method('tx.commit'));
    await raw.next('tx.rollback-ok');
    await raw.next('tx.commit-ok');
    expect(await countIn(raw)).toBe(1);
    expect(broker.counts()).toMatchObject({ published: 1 });
  });
});
