import { afterEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { columnOf } from '../../src/measure/counters.js';
import type { FakeConsumerChannel } from '../support/fake-channel.js';
import { present } from '../support/fake-channel.js';
import { type Consuming, startConsumer } from './consuming.js';

afterEach(() => {
  vi.useRealTimers();
});

const inMillis = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis));

/** Loses the connection; the next one is being made from 200 ms on, and takes so long. */
async function loseAndOpen({ clock, client, channel }: Consuming, millis: number): Promise<void> {
  channel.lose();
  await clock.advanceTo(199);
  client.opening = inMillis(1 + millis);
  await clock.advanceTo(200);
}

/** Loses the connection; the next one is there after 200 ms, and its subscription not confirmed. */
async function loseAndSubscribe(consuming: Consuming): Promise<FakeConsumerChannel> {
  const { clock, client, channel } = consuming;
  client.prepareConsumer = (opened) => {
    opened.replies.isHeld = true;
  };
  channel.lose();
  await clock.advanceTo(200);
  return present(client.consumers[1]);
}

function unfinished({ tally }: Pick<Consuming, 'tally'>): string[] {
  return [...tally.unfinishedQueues];
}

describe('a consumer that finishes', () => {
  test('closes its connection, after which no loss is remade', async () => {
    const { clock, client, channel, consumer, tally } = await startConsumer();
    await consumer.finish();
    channel.lose();
    await clock.advanceTo(20_000);
    expect(client.consumers).toHaveLength(1);
    expect(unfinished({ tally })).toEqual([]);
  });

  test('without a connection does nothing, and tries no more', async () => {
    const { clock, client, channel, consumer } = await startConsumer();
    channel.lose();
    await consumer.finish();
    await clock.advanceTo(20_000);
    expect([client.consumers.length, vi.getTimerCount()]).toEqual([1, 0]);
  });
});

describe('a consumer that finishes while a connection is being made', () => {
  test('waits for it, takes what it brings, and ends it in order', async () => {
    const consuming = await startConsumer();
    const { clock, client, consumer, tally } = consuming;
    await loseAndOpen(consuming, 1_000);
    client.prepareConsumer = (opened) => {
      opened.underWay = [{ sequence: 7 }];
    };
    const finishing = consumer.finish();
    await clock.advanceTo(1_200);
    await finishing;
    expect(present(client.consumers[1]).calls).toEqual([
      'subscribe',
      'cancel',
      'acknowledge 1',
      'close',
    ]);
    expect(tally.book.accounts()).toMatchObject([{ delivered: 1 }]);
    expect(unfinished(consuming)).toEqual([]);
  });

  test('waits no longer when it cannot be made', async () => {
    const consuming = await startConsumer();
    const { clock, client, consumer } = consuming;
    client.refusals = 1;
    await loseAndOpen(consuming, 1_000);
    const finishing = consumer.finish();
    await clock.advanceTo(1_200);
    await finishing;
    await clock.advanceTo(20_000);
    expect([client.consumers.length, vi.getTimerCount()]).toEqual([1, 0]);
    expect(unfinished(consuming)).toEqual(['q']);
  });

  test('waits 5 s for it at most, and discards it unsubscribed when it comes after them', async () => {
    const consuming = await startConsumer();
    const { clock, client, consumer } = consuming;
    await loseAndOpen(consuming, 6_000);
    const finishing = consumer.finish();
    await clock.advanceTo(5_200);
    await finishing;
    expect(client.consumers).toHaveLength(1);
    await clock.advanceTo(20_000);
    expect(client.consumers.map(({ calls }) => calls)).toEqual([['subscribe'], ['close']]);
    expect(unfinished(consuming)).toEqual(['q']);
  });

  test('waits 5 s for its subscription too, and discards it when that is confirmed after them', async () => {
    const consuming = await startConsumer();
    const { clock, consumer } = consuming;
    const next = await loseAndSubscribe(consuming);
    const finishing = consumer.finish();
    await clock.advanceTo(5_200);
    await finishing;
    next.replies.answer();
    await clock.settle();
    expect(next.calls).toEqual(['subscribe', 'close']);
    expect(unfinished(consuming)).toEqual(['q']);
  });

  // What the broker sends to a subscription that is thrown away counts as delivered.
  test('may have lost what was sent, without acks, to the connection that it discards', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    const { clock, channel, consumer, tally } = consuming;
    channel.deliverSequences(0);
    const next = await loseAndSubscribe(consuming);
    next.deliverSequences(1);
    const finishing = consumer.finish();
    await clock.advanceTo(5_200);
    await finishing;
    expect(tally.book.accounts()).toMatchObject([{ gaps: [{ first: 2, last: Infinity }] }]);
  });
});

/** Ways in which a consumer cannot end in order, and the reason that its outage has. */
const disorders: readonly [string, string, (consuming: Consuming) => Promise<void>][] = [
  [
    'its connection is gone',
    'killed',
    async ({ channel, consumer }) => {
      channel.lose('killed');
      await consumer.finish();
    },
  ],
  [
    'its connection is lost while it cancels',
    'killed',
    async ({ channel, consumer }) => {
      channel.replies.isHeld = true;
      const finishing = consumer.finish();
      // Lost before it is cancelled would be another thing.
      await vi.advanceTimersByTimeAsync(0);
      channel.lose('killed');
      await finishing;
    },
  ],
  [
    'its queue refuses to cancel',
    'no answer',
    async ({ channel, consumer }) => {
      channel.replies.isHeld = true;
      const finishing = consumer.finish();
      await vi.advanceTimersByTimeAsync(0);
      channel.replies.fail(new BrokerError('no answer'));
      await finishing;
    },
  ],
  [
    'its queue does not answer within 20 s',
    'the broker did not answer a consumer within 20 s',
    async ({ clock, channel, consumer }) => {
      channel.replies.isHeld = true;
      const finishing = consumer.finish();
      await clock.advanceTo(20_000);
      await finishing;
    },
  ],
  [
    'its close fails',
    'no answer',
    async ({ channel, consumer }) => {
      channel.closeError = new BrokerError('no answer');
      await consumer.finish();
    },
  ],
];

describe.each(disorders)('a consumer that finishes when %s', (_, reason, finish) => {
  test('tells of it as one outage that nobody waits for, and is content', async () => {
    const consuming = await startConsumer();
    await finish(consuming);
    const { client, clock, tally } = consuming;
    await clock.advanceTo(40_000);
    expect(tally.connections.record().outages).toMatchObject([
      { id: 3, reason, restoredMicros: undefined, inDoubt: 0 },
    ]);
    expect(tally.connections.record().outages).toHaveLength(1);
    expect([client.consumers.length, tally.counters[columnOf.down]]).toEqual([1, 0]);
  });

  test('names its queue, for the broker may hold on to what it sent', async () => {
    const consuming = await startConsumer({ queue: 'orders' });
    await finish(consuming);
    expect(unfinished(consuming)).toEqual(['orders']);
  });

  test('names no queue when it never acknowledged', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    await finish(consuming);
    expect(unfinished(consuming)).toEqual([]);
  });

  test('may have lost, when it never acknowledged, all that was sent and did not come', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    consuming.channel.deliverSequences(0);
    await finish(consuming);
    expect(consuming.tally.book.accounts()).toMatchObject([
      { gaps: [{ first: 1, last: Infinity }] },
    ]);
  });
});

test('a consumer that finishes without an answer closes the connection nevertheless', async () => {
  const { clock, channel, consumer } = await startConsumer();
  channel.replies.isHeld = true;
  const finishing = consumer.finish();
  await clock.advanceTo(20_000);
  await finishing;
  expect(channel.calls).toEqual(['subscribe', 'cancel', 'close']);
});

test('a fault of ours while a consumer finishes is not taken for the broker’s', async () => {
  const { channel, consumer, tally } = await startConsumer();
  channel.replies.isHeld = true;
  const failed = expect(consumer.finish()).rejects.toThrow('oops');
  await vi.advanceTimersByTimeAsync(0);
  channel.replies.fail(new TypeError('oops'));
  await failed;
  expect(tally.connections.record().outages).toEqual([]);
});
