import { afterEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { columnOf } from '../../src/measure/counters.js';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { type FakeConsumerChannel, present } from '../support/fake-channel.js';
import { type Consuming, makeConsumer, startConsumer } from './consuming.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Loses the connection now; returns the next one, which is there 200 ms later. */
async function loseAndReturn({ clock, client, channel }: Consuming): Promise<FakeConsumerChannel> {
  channel.lose();
  await clock.advanceTo(Date.now() + 200);
  return present(client.consumers[1]);
}

function accountOf({ tally }: Consuming) {
  return present(tally.book.accounts()[0]);
}

describe('a consumer that connects', () => {
  test('goes to the next address when it is lost', async () => {
    const consuming = await startConsumer({ urls: ['amqp://a', 'amqp://b'] });
    await loseAndReturn(consuming);
    const urls = consuming.client.consumers.map(({ options }) => options.url);
    expect(urls).toEqual(['amqp://a', 'amqp://b']);
  });

  test('says so when it cannot', async () => {
    const { client, consumer } = makeConsumer();
    client.refusals = 1;
    await expect(consumer.connect()).rejects.toThrow('refused');
  });

  test('says so when it cannot consume its queue, and keeps no connection', async () => {
    const { client, consumer } = makeConsumer();
    client.prepareConsumer = (channel) => {
      channel.subscribeError = new BrokerError('no queue q');
    };
    await expect(consumer.connect()).rejects.toThrow('no queue q');
    expect(client.consumers.map(({ calls }) => calls)).toEqual([['subscribe', 'close']]);
  });

  test('says so when its queue does not answer, and keeps no connection', async () => {
    const { client, clock, consumer } = makeConsumer();
    client.prepareConsumer = (channel) => {
      channel.replies.isHeld = true;
    };
    const refused = expect(consumer.connect()).rejects.toThrow(
      new BrokerError('the broker did not answer a consumer within 20 s'),
    );
    await clock.advanceTo(20_000);
    await refused;
    expect(client.consumers.map(({ calls }) => calls)).toEqual([['subscribe', 'close']]);
  });

  test('acknowledges what comes before its subscription is confirmed', async () => {
    const { client, clock, consumer, tally } = makeConsumer();
    client.prepareConsumer = (channel) => {
      channel.replies.isHeld = true;
    };
    const connecting = consumer.connect();
    await clock.settle();
    const channel = present(client.consumers[0]);
    channel.deliver();
    channel.replies.answer();
    await connecting;
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1']);
    expect(tally.book.accounts()).toMatchObject([{ delivered: 1 }]);
  });
});

describe('a consumer whose connection is lost', () => {
  test('consumes its queue again, and measures what comes', async () => {
    const consuming = await startConsumer();
    consuming.channel.deliverSequences(0);
    await consuming.clock.advanceTo(400);
    const next = await loseAndReturn(consuming);
    next.deliverSequences(1);
    expect(next.calls).toEqual(['subscribe', 'acknowledge 1']);
    expect([accountOf(consuming).delivered, consuming.tally.consumedInWindow]).toEqual([2, 1]);
  });

  test('asks the next connection for the same queue and prefetch', async () => {
    const consuming = await startConsumer({ queue: 'orders', prefetch: 7 });
    const next = await loseAndReturn(consuming);
    expect(next.options).toMatchObject({ queue: 'orders', prefetch: 7 });
  });

  test('acknowledges nothing of the old channel on the new one', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: 3 });
    consuming.channel.deliverSequences(0, 1);
    const next = await loseAndReturn(consuming);
    next.deliverSequences(0, 1, 2);
    expect(consuming.channel.calls).toEqual(['subscribe']);
    expect(next.calls).toEqual(['subscribe', 'acknowledge up to 3']);
  });

  test('is an outage in which nothing is in doubt', async () => {
    const consuming = await startConsumer();
    await consuming.clock.advanceTo(400);
    consuming.channel.lose('killed');
    expect(consuming.tally.counters[columnOf.down]).toBe(1);
    await consuming.clock.advanceTo(600);
    expect(consuming.tally.counters[columnOf.down]).toBe(0);
    expect(consuming.tally.connections.record().outages).toEqual([
      {
        id: 3,
        reason: 'killed',
        lostMicros: 400_000,
        restoredMicros: 600_000,
        attempts: 1,
        inDoubt: 0,
      },
    ]);
  });

  test('tries again when the queue cannot be consumed yet', async () => {
    const consuming = await startConsumer();
    const { clock, client } = consuming;
    client.prepareConsumer = (channel) => {
      if (client.consumers.length === 2) channel.subscribeError = new BrokerError('no queue q');
    };
    const second = await loseAndReturn(consuming);
    await clock.advanceTo(Date.now() + 400);
    const third = present(client.consumers[2]);
    third.deliverSequences(0);
    expect([second.calls, third.calls]).toEqual([
      ['subscribe', 'close'],
      ['subscribe', 'acknowledge 1'],
    ]);
  });

  test('tries again when it is lost while it subscribes', async () => {
    const consuming = await startConsumer();
    const { clock, client, tally } = consuming;
    client.prepareConsumer = (channel) => {
      channel.replies.isHeld = client.consumers.length === 2;
    };
    const second = await loseAndReturn(consuming);
    second.lose();
    await clock.advanceTo(Date.now() + 400);
    expect(client.consumers.map(({ calls }) => calls[0])).toEqual(new Array(3).fill('subscribe'));
    expect(tally.connections.record().outages).toMatchObject([{ attempts: 2 }]);
    expect(tally.counters[columnOf.down]).toBe(0);
  });

  test('may have lost nothing with it when it acknowledges', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: 1 });
    consuming.channel.deliverSequences(0, 1);
    const next = await loseAndReturn(consuming);
    next.deliverSequences(8);
    expect(accountOf(consuming).gaps).toEqual([]);
  });

  test('may have lost, without acks, all up to the first message that comes again', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    consuming.channel.deliverSequences(0, 1);
    const next = await loseAndReturn(consuming);
    next.deliverSequences(8, 12);
    expect(accountOf(consuming).gaps).toEqual([{ first: 2, last: 7 }]);
  });

  test('may have lost, without acks, all that comes no more', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    consuming.channel.deliverSequences(0, 1);
    await loseAndReturn(consuming);
    expect(accountOf(consuming).gaps).toEqual([{ first: 2, last: Infinity }]);
  });

  test('may have lost, without acks, what was sent while it subscribed', async () => {
    const consuming = await startConsumer({ acknowledgeEvery: undefined });
    const { clock, client } = consuming;
    client.prepareConsumer = (channel) => {
      channel.replies.isHeld = client.consumers.length === 2;
    };
    const second = await loseAndReturn(consuming);
    second.deliverSequences(0, 1);
    second.lose();
    await clock.advanceTo(Date.now() + 400);
    present(client.consumers[2]).deliverSequences(5);
    expect(accountOf(consuming).gaps).toEqual([{ first: 2, last: 4 }]);
  });

  test('keeps one book of order over all its connections', async () => {
    const consuming = await startConsumer();
    consuming.channel.deliverSequences(5);
    const next = await loseAndReturn(consuming);
    next.deliver({ sequence: 4 }, 12, true);
    next.deliverSequences(3);
    const { outOfOrder, plain } = accountOf(consuming);
    expect(SequenceBag.fromPlain([outOfOrder]).distinct.ranges()).toEqual([{ first: 3, last: 3 }]);
    expect(SequenceBag.fromPlain(plain).size).toBe(2);
  });
});
