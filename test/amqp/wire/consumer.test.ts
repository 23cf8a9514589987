import { describe, expect, test } from 'vitest';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { openConsumer } from '../../support/opened-clients.js';
import { cutAt } from '../protocol/reading.js';
import { type Peer, type Script, scriptedBroker } from './scripted-broker.js';
import { delivery, greetConsumer, ok, sayGoodbye, serveConsumer } from './scripts.js';

/** A subscribed consumer whose broker goes on like this. */
async function consuming(goesOn: Script, acknowledge = true) {
  const broker = await scriptedBroker(async (peer) => {
    await serveConsumer(peer);
    await goesOn(peer);
  });
  const opened = await openConsumer(broker.url);
  await opened.consumer.subscribe({ acknowledge });
  return { ...opened, peer: await broker.peer() };
}

const big = Buffer.from(Array.from({ length: 10_000 }, (_, i) => 65 + (i % 26)));
const head = big.toString('latin1', 0, 64);

describe('a delivery', () => {
  test('is told with tag, length and whether it comes again', async () => {
    const { told } = await consuming((peer) =>
      peer.send(
        delivery({ tag: 1, body: Buffer.from('one') }),
        delivery({ tag: 2 ** 33, body: Buffer.from('two'), redelivered: true }),
      ),
    );
    expect(await told.until('delivery', 2)).toEqual([
      ['delivery', 1, 'one', 3, false],
      ['delivery', 2 ** 33, 'two', 3, true],
    ]);
  });

  test('may be empty', async () => {
    const { told } = await consuming((peer) =>
      peer.send(
        delivery({ tag: 1, body: Buffer.alloc(0) }),
        delivery({ tag: 2, body: Buffer.from('next') }),
      ),
    );
    expect(await told.until('delivery', 2)).toEqual([
      ['delivery', 1, '', 0, false],
      ['delivery', 2, 'next', 4, false],
    ]);
  });

  test('may have properties, which make no difference', async () => {
    const properties = { headers: { a: [1, 2, { b: null }] }, appId: 'app', timestamp: 1 };
    const { told } = await consuming((peer) =>
      peer.send(delivery({ tag: 1, body: Buffer.from('one'), properties })),
    );
    expect(await told.until('delivery')).toEqual([['delivery', 1, 'one', 3, false]]);
  });

  test('in several frames is told once, with its head and its whole length', async () => {
    const { told } = await consuming((peer) =>
      peer.send(
        delivery({ tag: 1, body: big, frameMaxBytes: 4096 }),
        delivery({ tag: 2, body: Buffer.from('next') }),
      ),
    );
    expect(await told.until('delivery', 2)).toEqual([
      ['delivery', 1, head, 10_000, false],
      ['delivery', 2, 'next', 4, false],
    ]);
  });

  test('in frames of a few bytes, each in a read of its own, is told once with its whole head', async () => {
    const { told } = await consuming(async (peer) => {
      peer.socket.setNoDelay(true);
      const bytes = delivery({ tag: 1, body: big.subarray(0, 200), frameMaxBytes: 8 + 7 });
      for (const part of cutAt(
        bytes,
        [...bytes.keys()].filter((i) => i % 5 === 0),
      )) {
        peer.socket.write(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
    });
    expect(await told.until('delivery')).toEqual([['delivery', 1, head, 200, false]]);
  });

  test('that was under way when deliveries were cancelled comes before the cancelling is done', async () => {
    const { consumer, told } = await consuming(async (peer) => {
      await peer.expect('basic.cancel');
      peer.send(delivery({ tag: 1, body: Buffer.from('late') }));
      peer.send(new MethodFrame(1, 'basic.cancel-ok').shortString('c'));
    });
    await consumer.cancel();
    expect(told.of('delivery')).toEqual([['delivery', 1, 'late', 4, false]]);
  });
});

describe('subscribing', () => {
  test.each([
    [true, false],
    [false, true],
  ])('with acknowledge: %s asks for noAck: %s', async (acknowledge, noAck) => {
    const { peer } = await consuming(() => {}, acknowledge);
    expect(peer.received.at(-1)).toMatchObject({
      name: 'basic.consume',
      fields: { queue: 'queue', noAck, noLocal: false, exclusive: false, nowait: false },
    });
  });

  test('may ask for another prefetch before', async () => {
    const { consumer, peer } = await consuming(async (one) => {
      await one.expect('basic.qos');
      one.send(ok('basic.qos-ok'));
      await one.expect('basic.consume');
      one.send(new MethodFrame(1, 'basic.consume-ok').shortString('c'));
    });
    await consumer.subscribe({ acknowledge: true, prefetch: 0 });
    expect(peer.received.slice(-2)).toMatchObject([
      { name: 'basic.qos', fields: { prefetchCount: 0 } },
      { name: 'basic.consume', fields: { noAck: false } },
    ]);
  });

  test('may follow cancelling, with another tag: what came for the first is not for the second', async () => {
    const { consumer, peer } = await consuming(async (one) => {
      for (const next of ['basic.consume', 'channel.close']) {
        const { fields } = await one.expect('basic.cancel');
        one.send(new MethodFrame(1, 'basic.cancel-ok').shortString(`${fields['consumerTag']}`));
        const { name } = await one.expect(next);
        if (name === 'basic.consume')
          one.send(new MethodFrame(1, 'basic.consume-ok').shortString('c'));
      }
      one.send(ok('channel.close-ok'));
    });
    await consumer.cancel();
    await consumer.subscribe({ acknowledge: false });
    await consumer.cancel();
    void consumer.close();
    await expect.poll(() => peer.received.at(-1)?.name).toBe('connection.close');
    const tags = peer.received.map(({ fields }) => fields['consumerTag']).filter(Boolean);
    expect(tags).toEqual([tags[0], tags[0], tags[2], tags[2]]);
    expect(tags[2]).not.toBe(tags[0]);
  });
});

describe('acknowledgements', () => {
  const settlements = (peer: Peer) =>
    peer.received
      .filter(({ name }) => name === 'basic.ack' || name === 'basic.nack')
      .map(({ name, fields }) => ({ name, ...fields }));

  test('are sent one by one, each with its tag and whether it speaks for earlier ones', async () => {
    const { consumer, peer } = await consuming(sayGoodbye);
    consumer.acknowledge(1, false);
    consumer.acknowledge(2 ** 40, true);
    consumer.reject(5, { multiple: false, requeue: true });
    consumer.reject(6, { multiple: true, requeue: false });
    consumer.acknowledge(7, false);
    await consumer.close();
    expect(settlements(peer)).toEqual([
      { name: 'basic.ack', deliveryTag: 1, multiple: false },
      { name: 'basic.ack', deliveryTag: 2 ** 40, multiple: true },
      { name: 'basic.nack', deliveryTag: 5, multiple: false, requeue: true },
      { name: 'basic.nack', deliveryTag: 6, multiple: true, requeue: false },
      { name: 'basic.ack', deliveryTag: 7, multiple: false },
    ]);
  });

  test('are sent without more ado when nothing arrives', async () => {
    const { consumer, peer } = await consuming(() => {});
    consumer.acknowledge(1, false);
    await expect.poll(() => settlements(peer)).toHaveLength(1);
  });

  test('of what came in one read are all sent after it, in order', async () => {
    const count = 3000;
    const broker = await scriptedBroker(async (peer) => {
      await serveConsumer(peer);
      const bodies = Array.from({ length: count }, (_, i) => Buffer.from(`${i}`));
      peer.send(...bodies.map((body, i) => delivery({ tag: i + 1, body })));
      await sayGoodbye(peer);
    });
    const { consumer, told } = await openConsumer(broker.url, {}, undefined, (tag) =>
      consumer.acknowledge(tag, false),
    );
    await consumer.subscribe({ acknowledge: true });
    await told.until('delivery', count);
    await consumer.close();
    const tags = settlements(await broker.peer()).map(
      (one) => 'deliveryTag' in one && one.deliveryTag,
    );
    expect(tags).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  });
});

test('a queue that is not there fails subscribing, and ends the consumer', async () => {
  const broker = await scriptedBroker(async (peer) => {
    await greetConsumer(peer);
    await peer.expect('basic.consume');
    const closing = new MethodFrame(1, 'channel.close').uint16(404);
    peer.send(closing.shortString("NOT_FOUND - no queue 'queue'").uint32(0x003c_0014));
    await peer.until('connection.close');
    peer.send(ok('connection.close-ok', 0));
  });
  const { consumer, told } = await openConsumer(broker.url);
  const text = "404 NOT_FOUND - no queue 'queue' (basic.consume)";
  await expect(consumer.subscribe({ acknowledge: true })).rejects.toThrow(text);
  expect(told.errors.map(({ message }) => message)).toEqual([expect.stringContaining(text)]);
});
