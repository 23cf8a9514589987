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
  test('consumes without prefetch as soon as it has one', async () => {
    const consuming = await startConsumer({ nackShare: 1 });
    consuming.channel.lose();
    await consuming.consumer.drain();
    const next = await second(consuming);
    for (let i = 0; i < 100; i++) next.deliver();
    expect(next.calls).toEqual(['subscribe with prefetch 0', 'acknowledge up to 100']);
    expect(consuming.tally.book.accounts()).toMatchObject([{ delivered: 100 }]);
  });

  test('consumes without acknowledgements if it always did', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    consuming.channel.lose();
    await consuming.consumer.drain();
    const next = await second(consuming);
    expect(next.calls).toEqual(['subscribe without acknowledgements']);
  });

  // The connection is opened with its prefetch, and the drain looks away until it is there.
  test('drains without prefetch though it was subscribing just then', async () => {
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
    expect(next.calls).toEqual(['subscribe', 'cancel', 'subscribe with prefetch 0']);
  });

  test('changes nothing without acknowledgements though it was subscribing just then', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    const { client, channel, consumer, clock } = consuming;
    client.prepareConsumer = (opened) => {
      opened.replies.isHeld = true;
    };
    channel.lose();
    const next = await second(consuming);
    await consumer.drain();
    next.replies.answer();
    await clock.settle();
    expect(next.calls).toEqual(['subscribe without acknowledgements']);
  });
});

describe('a consumer that loses its connection while it drains', () => {
  test('goes on without prefetch on the next one, be it lost while it cancels', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: 10 });
    const { channel, consumer, tally } = consuming;
    channel.deliver();
    channel.replies.isHeld = true;
    const draining = consumer.drain();
    channel.lose();
    await draining;
    const next = await second(consuming);
    expect(channel.calls).toEqual(['subscribe', 'cancel']);
    expect(next.calls).toEqual(['subscribe with prefetch 0']);
    expect(tally.connections.record().outages).toHaveLength(1);
  });

  test('goes on when it is lost after the drain has begun', async () => {
    const consuming = await startConsumer();
    await consuming.consumer.drain();
    consuming.channel.lose();
    const next = await second(consuming);
    expect(next.calls).toEqual(['subscribe with prefetch 0']);
  });

  test('has lost nothing with it, for what it did not acknowledge comes again', async () => {
    const consuming = await startConsumer();
    consuming.channel.deliverSequences(0);
    await consuming.consumer.drain();
    consuming.channel.deliverSequences(1);
    consuming.channel.lose();
    const next = await second(consuming);
    next.deliverSequences(4);
    expect(consuming.tally.book.accounts()).toMatchObject([{ gaps: [] }]);
  });

  test('acknowledges nothing of the old channel on the next one', async () => {
    const consuming = await startConsumer();
    await consuming.consumer.drain();
    for (let i = 0; i < 60; i++) consuming.channel.deliver();
    consuming.channel.lose();
    const next = await second(consuming);
    for (let i = 0; i < 99; i++) next.deliver();
    expect(next.calls).toEqual(['subscribe with prefetch 0']);
    next.deliver();
    expect(next.calls.at(-1)).toBe('acknowledge up to 100');
  });
});

describe('a consumer that cannot drain', () => {
  test('holds its connection for lost, discards it, and tries the next', async () => {
    const consuming = await startConsumer();
    const { channel, consumer, tally } = consuming;
    channel.subscribeError = new BrokerError('no queue q');
    await consumer.drain();
    expect(channel.calls.at(-1)).toBe('close');
    expect(tally.connections.record().outages).toMatchObject([{ id: 3, reason: 'no queue q' }]);
    expect(tally.counters[columnOf.down]).toBe(1);
    const next = await second(consuming);
    expect(next.calls).toEqual(['subscribe with prefetch 0']);
    expect(tally.counters[columnOf.down]).toBe(0);
  });

  test('waits 20 s for its queue to answer', async () => {
    const { clock, channel, consumer, tally } = await startConsumer();
    channel.replies.isHeld = true;
    const draining = consumer.drain();
    await clock.advanceTo(19_999);
    expect(tally.connections.record().outages).toEqual([]);
    await clock.advanceTo(20_000);
    await draining;
    expect(channel.calls).toEqual(['subscribe', 'cancel', 'close']);
    expect(tally.connections.record().outages).toMatchObject([
      { id: 3, reason: 'the broker did not answer a consumer within 20 s' },
    ]);
  });

  test('takes no fault of ours for the broker’s', async () => {
    const { channel, consumer, tally } = await startConsumer();
    channel.subscribeError = new TypeError('oops');
    await expect(consumer.drain()).rejects.toThrow('oops');
    expect(tally.connections.record().outages).toEqual([]);
  });
});

describe('a connection that does not answer in the drain', () => {
  /** Given up after 20 s; another has its place. */
  async function replaced(): Promise<Consuming & { readonly next: FakeConsumerChannel }> {
    const consuming = await startConsumer({ acknowledgeEvery: 1 });
    consuming.channel.replies.isHeld = true;
    const draining = consuming.consumer.drain();
    await consuming.clock.advanceTo(20_000);
    await draining;
    return { ...consuming, next: await second(consuming) };
  }

  test('is no longer spoken to when it answers after all', async () => {
    const { clock, channel, next } = await replaced();
    for (let i = 0; i < 50; i++) next.deliver();
    channel.replies.isHeld = false;
    channel.replies.answer();
    await clock.settle();
    for (let i = 0; i < 50; i++) next.deliver();
    expect(channel.calls).toEqual(['subscribe', 'cancel', 'close']);
    expect(next.calls).toEqual(['subscribe with prefetch 0', 'acknowledge up to 100']);
  });

  test('may deliver, but its tags are not those of the next one', async () => {
    const { channel, next, tally } = await replaced();
    for (let i = 0; i < 99; i++) channel.deliver();
    next.deliver();
    expect(next.calls).toEqual(['subscribe with prefetch 0']);
    expect(tally.counters[columnOf.consumed]).toBe(100);
  });
});
