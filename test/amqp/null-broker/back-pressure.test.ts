import { describe, expect, test } from 'vitest';
import { messageFrames } from '../../../src/amqp/protocol/content-frames.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { brokerFor, channelWith, Inbox } from './support/amqplib-connection.js';
import { declareFrame, publishFrame, RawConnection } from './support/raw-connection.js';

const bodyBytes = 10_000;
/** More than the memory limit, and what the system buffers for sockets, can hold together. */
const messages = 4000;
const memoryLimitBytes = 1024 * 1024;
/** One read of a publisher, and the chunk that is not full. */
const toleranceBytes = 1024 * 1024;

function message(): Buffer {
  const content = { channel: 1, properties: {}, body: Buffer.alloc(bodyBytes, 'x') };
  return messageFrames(publishFrame('q'), content, 131_072).bytes;
}

describe('back-pressure', () => {
  test('leaves publishers unread while consumers have not caught up, and loses nothing', async () => {
    const broker = await brokerFor({ memoryLimitBytes });
    const raw = await RawConnection.open(broker.port);
    raw.send(declareFrame('q'));
    await raw.next('queue.declare-ok');
    raw.send(...Array<Buffer>(messages).fill(message()));
    const channel = await channelWith(broker, 'q');
    await channel.prefetch(10);
    let heldMax = 0;
    await new Promise<void>((resolve) => {
      let taken = 0;
      void channel.consume('q', (delivery) => {
        const { published, acknowledged } = broker.counts();
        heldMax = Math.max(heldMax, (published - acknowledged) * bodyBytes);
        if (delivery) channel.ack(delivery);
        if (++taken === messages) resolve();
      });
    });
    expect(heldMax).toBeGreaterThan(memoryLimitBytes / 2);
    expect(heldMax).toBeLessThan(memoryLimitBytes + toleranceBytes);
    expect(broker.counts()).toMatchObject({ published: messages, delivered: messages });
  });

  test('keeps deliveries with the queue while a consumer does not read', async () => {
    const broker = await brokerFor();
    const channel = await channelWith(broker, 'q');
    const consumer = await RawConnection.open(broker.port);
    consumer.send(consumeFrame('q'));
    await consumer.next('basic.consume-ok');
    consumer.pause();
    const sent = 3000;
    for (let i = 0; i < sent; i++) channel.sendToQueue('q', Buffer.alloc(bodyBytes));
    await channel.waitForConfirms();
    const { messageCount } = await channel.checkQueue('q');
    expect(messageCount).toBeGreaterThan(sent / 2);
    consumer.resume();
    for (let i = 0; i < sent; i++) await consumer.next('basic.deliver');
    expect(broker.counts().delivered).toBe(sent);
  });

  test('leaves a client unread that does not read its answers', async () => {
    const broker = await brokerFor();
    const raw = await RawConnection.open(broker.port);
    raw.pause();
    const asked = 100_000;
    const declare = declareFrame('a long name '.repeat(20));
    raw.send(Buffer.alloc(asked * declare.length, declare));
    // What others do meanwhile shows how far the broker has come with it.
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q', { noAck: true });
    for (let i = 1; i <= 200; i++) {
      channel.sendToQueue('q', Buffer.from('x'));
      await inbox.holds(i);
    }
    expect(broker.counts().bytesIn).toBeLessThan(asked * declare.length);
    raw.resume();
    for (let i = 0; i < asked; i++) await raw.next('queue.declare-ok');
  });
});

function consumeFrame(queue: string): Buffer {
  const frame = new MethodFrame(1, 'basic.consume').uint16(0).shortString(queue).shortString('');
  return frame.bits(false, true, false, false).table({}).bytes();
}
