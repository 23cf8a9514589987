import { afterEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { columnOf } from '../../src/measure/counters.js';
import { type FakeConsumerChannel, present } from '../support/fake-channel.js';
import { type Consuming, startConsumer } from './consuming.js';

afterEach(() => {
  vi.useRealTimers();
});

/** The connection that comes 200 ms after the loss of the first. */
async function second({ clock, client }: Consuming): Promise<FakeConsumerChannel> {
  await clock.advanceTo(Date.now() + 200);
  return present(client.consumers[1]);
}

describe('a consumer that is to drain while it has no connection', () => {
  test('consumes without acknowledgements as soon as it has one', async () => {
    const consuming = await startConsumer();
    consuming.channel.lose();
    await consuming.consumer.drain();
    const next = await second(consuming);
    next.deliver();
    expect(next.calls).toEqual(['subscribe without acknowledgements']);
    expect(consuming.tally.book.accounts()).toMatchObject([{ delivered: 1 }]);
  });

  // The connection is opened with acknowledgements, and the drain looks away until it is there.
  test('drains without acknowledgements though it was subscribing just then', async () => {
    const consuming = await startConsumer();
    const { client, channel, consumer, clock } = consuming;
    client.prepareConsumer = (opened) => {
      opened.replies.isHeld = true;
    };
    channel.lose();
    const next = await second(consuming);
    const draining = consumer.drain();
    next.replies.isHeld = false;
    next.replies.answer();
    await draining;
    await clock.settle();
    expect(next.calls.at(-1)).toBe('subscribe without acknowledgements');
  });
});

describe('a consumer that loses its connection while it drains', () => {
  test('goes on without acknowledgements on the next one, be it lost while it cancels', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: 10 });
    const { channel, consumer, tally } = consuming;
    channel.deliver();
    channel.replies.isHeld = true;
    const draining = consumer.drain();
    channel.lose();
    await draining;
    const next = await second(consuming);
    expect(channel.calls).toEqual(['subscribe', 'cancel']);
    expect(next.calls).toEqual(['subscribe without acknowledgements']);
    expect(tally.connections.record().outages).toHaveLength(1);
  });

  test('goes on when it is lost after the drain has begun', async () => {
    const consuming = await startConsumer();
    await consuming.consumer.drain();
    consuming.channel.lose();
    const next = await second(consuming);
    expect(next.calls).toEqual(['subscribe without acknowledgements']);
  });

  test('may have lost what was sent and not acknowledged', async () => {
    const consuming = await startConsumer();
    consuming.channel.deliverSequences(0);
    await consuming.consumer.drain();
    consuming.channel.deliverSequences(1);
    consuming.channel.lose();
    const next = await second(consuming);
    next.deliverSequences(4);
    expect(consuming.tally.book.accounts()).toMatchObject([{ gaps: [{ first: 2, last: 3 }] }]);
  });

  test('tells of a queue that cannot be consumed again as an outage, and is content', async () => {
    const { channel, consumer, tally } = await startConsumer();
    channel.subscribeError = new BrokerError('no queue q');
    await consumer.drain();
    expect(tally.connections.record().outages).toMatchObject([{ id: 3, reason: 'no queue q' }]);
    expect(tally.counters[columnOf.down]).toBe(0);
  });
});

describe('a consumer that finishes', () => {
  test('closes its connection, after which no loss is remade', async () => {
    const { clock, client, channel, consumer } = await startConsumer();
    await consumer.finish();
    channel.lose();
    await clock.advanceTo(20_000);
    expect(client.consumers).toHaveLength(1);
  });

  test('without a connection does nothing, and tries no more', async () => {
    const { clock, client, channel, consumer } = await startConsumer();
    channel.lose();
    await consumer.finish();
    await clock.advanceTo(20_000);
    expect([client.consumers.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  test('discards a connection that comes afterwards', async () => {
    const { clock, client, channel, consumer } = await startConsumer();
    channel.lose();
    let open: () => void = () => {};
    client.opening = new Promise((resolve) => {
      open = resolve;
    });
    await clock.advanceTo(200);
    await consumer.finish();
    open();
    await clock.advanceTo(20_000);
    expect(client.consumers.map(({ calls }) => calls.at(-1))).toEqual(['subscribe', 'close']);
  });

  // What the broker sends to a subscription that is thrown away counts as delivered.
  test('may have lost what was sent, without acks, to the connection that it discards', async () => {
    const { clock, client, channel, consumer, tally } = await startConsumer({
      acknowledgeEvery: undefined,
    });
    channel.deliverSequences(0);
    channel.lose();
    client.prepareConsumer = (opened) => {
      opened.replies.isHeld = true;
    };
    await clock.advanceTo(200);
    const next = present(client.consumers[1]);
    await consumer.finish();
    next.deliverSequences(1);
    next.replies.answer();
    await clock.settle();
    expect(next.calls.at(-1)).toBe('close');
    expect(tally.book.accounts()).toMatchObject([{ gaps: [{ first: 2, last: Infinity }] }]);
  });

  test('is content when its connection is lost while it cancels, an outage like any other', async () => {
    const { channel, consumer, tally } = await startConsumer();
    channel.replies.isHeld = true;
    const finishing = consumer.finish();
    channel.lose('killed');
    await finishing;
    expect(tally.connections.record().outages).toMatchObject([{ id: 3, reason: 'killed' }]);
    expect(tally.connections.record().outages).toHaveLength(1);
    expect(tally.counters[columnOf.down]).toBe(0);
  });

  test('tells of a close that fails as an outage, and is content', async () => {
    const { channel, consumer, tally } = await startConsumer();
    channel.closeError = new BrokerError('no answer');
    await consumer.finish();
    expect(tally.connections.record().outages).toMatchObject([
      { id: 3, reason: 'no answer', restoredMicros: undefined, inDoubt: 0 },
    ]);
    expect(tally.counters[columnOf.down]).toBe(0);
  });
});
