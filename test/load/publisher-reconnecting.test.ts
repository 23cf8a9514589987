import { afterEach, describe, expect, test, vi } from 'vitest';
import { columnOf } from '../../src/measure/counters.js';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { type FakePublisherChannel, present } from '../support/fake-channel.js';
import { confirming, type Publishing, startPublisher } from './publishing.js';

afterEach(() => {
  vi.useRealTimers();
});

/** The n-th connection's, counted from 0. */
function channelOf({ client }: Publishing, n: number): FakePublisherChannel {
  return present(client.publishers[n]);
}

/** Loses the connection at 400 ms; the next one is there at 600 ms, and is used 1 ms later. */
async function loseAndReturn(publishing: Publishing): Promise<FakePublisherChannel> {
  await publishing.clock.advanceTo(400);
  publishing.channel.lose();
  await publishing.clock.advanceTo(601);
  return channelOf(publishing, 1);
}

function confirmedOf({ publisher }: Publishing): unknown {
  return SequenceSet.fromPlain(publisher.account().confirmed).ranges();
}

function republishedOf({ publisher }: Publishing): SequenceBag {
  return SequenceBag.fromPlain(publisher.account().republished);
}

describe('the next connection', () => {
  test('goes to the next address in turn, also after one that refuses', async () => {
    const urls = ['amqp://a', 'amqp://b', 'amqp://c'] as const;
    const publishing = await startPublisher({ urls });
    const { client, clock } = publishing;
    client.refusals = 1;
    publishing.channel.lose();
    await clock.advanceTo(600);
    channelOf(publishing, 1).lose();
    await clock.advanceTo(800);
    expect(client.publishers.map(({ options }) => options.url)).toEqual([
      'amqp://a',
      'amqp://c',
      'amqp://a',
    ]);
  });
});

describe('what is in doubt when a connection is lost', () => {
  test('is sent again on the next one, in order and before anything new', async () => {
    const publishing = await startPublisher(confirming(4));
    await publishing.clock.advanceTo(400);
    publishing.channel.confirm(2);
    const next = await loseAndReturn(publishing);
    // Sequence 1 was confirmed, and 4 took its place.
    expect(next.sequences).toEqual([0, 2, 3, 4]);
    next.confirm(4, true);
    expect(next.sequences.slice(4)).toEqual([5, 6, 7, 8]);
  });

  test('keeps the moment that it was meant for, and has a new one that it was sent at', async () => {
    const publishing = await startPublisher({ ratePerSecond: 10, ...confirming(2) });
    const next = await loseAndReturn(publishing);
    expect(publishing.channel.sent).toMatchObject([
      { sequence: 0, sentMicros: 0, lagMicros: 0 },
      { sequence: 1, sentMicros: 100_000, lagMicros: 0 },
    ]);
    const [first, second] = next.sent.map((one) => one.sentMicros - one.lagMicros);
    expect(next.sent.map(({ sentMicros }) => sentMicros)).toEqual([501_000, 501_000]);
    expect(Math.round((first ?? NaN) / 1000)).toBe(0);
    expect(Math.round((second ?? NaN) / 1000)).toBe(100);
  });

  test('is settled by the tags of the new channel, which begin at 1', async () => {
    const publishing = await startPublisher(confirming(4));
    await publishing.clock.advanceTo(400);
    publishing.channel.confirm(1);
    const next = await loseAndReturn(publishing);
    expect(next.sequences.slice(0, 2)).toEqual([1, 2]);
    next.confirm(2);
    expect(confirmedOf(publishing)).toEqual([
      { first: 0, last: 0 },
      { first: 2, last: 2 },
    ]);
  });

  test('counts as republished, and not as published again', async () => {
    const publishing = await startPublisher(confirming(3));
    await loseAndReturn(publishing);
    expect(republishedOf(publishing).distinct.ranges()).toEqual([{ first: 0, last: 2 }]);
    expect(publishing.publisher.account()).toMatchObject({ published: 3, inDoubt: 3 });
    expect(publishing.tally.counters[columnOf.published]).toBe(3);
    expect(publishing.tally.publishedInWindow).toBe(0);
  });

  test('counts twice as republished when the next connection is lost too', async () => {
    const publishing = await startPublisher(confirming(3));
    const second = await loseAndReturn(publishing);
    second.confirm(1);
    second.lose();
    await publishing.clock.advanceTo(802);
    expect(channelOf(publishing, 2).sequences).toEqual([1, 2, 3]);
    const republished = republishedOf(publishing);
    expect(republished.size).toBe(6);
    expect(republished.repeats().distinct.ranges()).toEqual([{ first: 1, last: 2 }]);
  });

  test('is sent again in order when a connection is lost in the middle of that', async () => {
    const publishing = await startPublisher(confirming(3));
    await publishing.clock.advanceTo(400);
    publishing.client.preparePublisher = (channel) => {
      channel.isSocketFull = true;
    };
    publishing.channel.lose();
    await publishing.clock.advanceTo(601);
    expect(channelOf(publishing, 1).sequences).toEqual([0]);
    publishing.client.preparePublisher = () => {};
    channelOf(publishing, 1).lose();
    await publishing.clock.advanceTo(802);
    expect(channelOf(publishing, 2).sequences).toEqual([0, 1, 2]);
    expect(republishedOf(publishing).size).toBe(4);
  });

  test('is told with the outage', async () => {
    const publishing = await startPublisher(confirming(3));
    await publishing.clock.advanceTo(400);
    publishing.channel.confirm(1);
    await publishing.clock.advanceTo(450);
    publishing.channel.lose('reset');
    await publishing.clock.advanceTo(700);
    expect(publishing.tally.connections.record().outages).toEqual([
      {
        id: 7,
        reason: 'reset',
        lostMicros: 450_000,
        restoredMicros: 650_000,
        attempts: 1,
        inDoubt: 3,
      },
    ]);
  });

  test('has the confirm latency of when it was sent again', async () => {
    const publishing = await startPublisher(confirming(1));
    const next = await loseAndReturn(publishing);
    await publishing.clock.advanceTo(641);
    next.confirm(1);
    const { confirmService } = publishing.tally;
    expect(confirmService.summarize()).toMatchObject({ count: 1 });
    expect(Math.round((confirmService.summarize()?.max ?? 0) / 1000)).toBe(40);
  });
});

describe('a publisher that drops what is in doubt', () => {
  test('sends nothing again, and goes on with what is new', async () => {
    const publishing = await startPublisher({ ...confirming(3), onReconnect: 'drop' });
    const next = await loseAndReturn(publishing);
    expect(next.sequences).toEqual([3, 4, 5]);
    expect(republishedOf(publishing).size).toBe(0);
  });

  test('leaves it in doubt to the end, with what is in doubt then', async () => {
    const publishing = await startPublisher({ ...confirming(3), onReconnect: 'drop' });
    await publishing.clock.advanceTo(400);
    publishing.channel.confirm(2);
    const next = await loseAndReturn(publishing);
    next.confirm(1);
    expect(confirmedOf(publishing)).toEqual([
      { first: 1, last: 1 },
      { first: 4, last: 4 },
    ]);
    // Three of the first channel, and as many of the second.
    expect(publishing.publisher.account().inDoubt).toBe(6);
  });

  test('is done when its connection is lost after the stop instant', async () => {
    const { clock, channel, done, publisher } = await startPublisher({
      ...confirming(3),
      onReconnect: 'drop',
    });
    await clock.advanceTo(1100);
    channel.lose();
    await clock.settle();
    await done;
    expect(publisher.account().inDoubt).toBe(3);
  });
});

describe('a publisher without confirms whose connection is lost', () => {
  test('has nothing in doubt, and goes on with what is new', async () => {
    const publishing = await startPublisher({ ratePerSecond: 10 });
    const next = await loseAndReturn(publishing);
    expect(publishing.channel.sequences).toEqual([0, 1, 2, 3]);
    expect(next.sequences).toEqual([4, 5]);
    expect(publishing.publisher.account()).toMatchObject({ published: 6, inDoubt: 0 });
    expect(publishing.tally.connections.record().outages).toMatchObject([{ inDoubt: 0 }]);
  });
});
