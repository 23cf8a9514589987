import { afterEach, describe, expect, test, vi } from 'vitest';
import { columnOf } from '../../src/measure/counters.js';
import { present } from '../support/fake-channel.js';
import { startConsumer } from './consuming.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a consumer that works on its deliveries', () => {
  test('acknowledges each when its work is done, one after the other', async () => {
    const { clock, channel } = await startConsumer({ workMicros: 5000 });
    channel.deliverSequences(0, 1);
    await clock.advanceTo(4);
    expect(channel.calls).toEqual(['subscribe']);
    await clock.advanceTo(5);
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1']);
    await clock.advanceTo(10);
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1', 'acknowledge 2']);
  });

  test('acknowledges no more of them than its rate', async () => {
    const { clock, channel } = await startConsumer({ ratePerSecond: 10 });
    channel.deliverSequences(0, 1, 2);
    await clock.advanceTo(150);
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1', 'acknowledge 2']);
  });

  test('takes and measures them when they come', async () => {
    const { clock, channel, tally } = await startConsumer({ workMicros: 50_000 });
    await clock.advanceTo(401);
    channel.deliver({ sequence: 0, sentMicros: 300_000 });
    channel.deliver({ sequence: 1, sentMicros: 300_000 });
    expect(tally.counters[columnOf.consumed]).toBe(2);
    expect(tally.book.accounts()).toMatchObject([{ delivered: 2 }]);
    expect(tally.service.summarize()).toMatchObject({ count: 2, max: 1000 });
  });

  test('gives back its share when the work on it is done', async () => {
    const { clock, channel } = await startConsumer({
      workMicros: 5000,
      nackShare: 1 / 2,
      requeue: true,
    });
    channel.deliverSequences(0, 1);
    channel.deliver({ sequence: 0 }, 12, true);
    await clock.advanceTo(15);
    expect(channel.calls).toEqual([
      'subscribe',
      'acknowledge 1',
      'reject 2 to be queued again',
      'acknowledge 3',
    ]);
  });

  test('works on a body that is shorter than a stamp too', async () => {
    const { clock, channel } = await startConsumer({ workMicros: 5000 });
    channel.deliver({}, 5);
    expect(channel.calls).toEqual(['subscribe']);
    await clock.advanceTo(5);
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1']);
  });

  test('is done with all of them at once when it is to drain', async () => {
    const { clock, channel, consumer } = await startConsumer({ workMicros: 5000 });
    channel.deliverSequences(0, 1);
    channel.underWay = [{ sequence: 2 }];
    await consumer.drain();
    channel.deliverSequences(3);
    await clock.advanceTo(100);
    expect(channel.calls).toEqual([
      'subscribe',
      'cancel',
      'acknowledge 1',
      'acknowledge 2',
      'acknowledge 3',
      'subscribe with prefetch 0',
    ]);
  });

  test('works on nothing any more in the drain', async () => {
    const { channel, consumer } = await startConsumer({ workMicros: 5000, ratePerSecond: 10 });
    await consumer.drain();
    const timers = vi.getTimerCount();
    for (let i = 0; i < 100; i++) channel.deliver();
    expect(channel.calls.at(-1)).toBe('acknowledge up to 100');
    expect(vi.getTimerCount()).toBe(timers);
  });

  test('works on nothing any more on a connection that comes in the drain', async () => {
    const { clock, client, channel, consumer } = await startConsumer({ workMicros: 5000 });
    channel.deliver();
    channel.lose();
    await consumer.drain();
    await clock.advanceTo(200);
    const next = present(client.consumers[1]);
    for (let i = 0; i < 100; i++) next.deliver();
    expect(next.calls).toEqual(['subscribe with prefetch 0', 'acknowledge up to 100']);
  });

  test('forgets them when its connection is lost, and begins anew with the next', async () => {
    const { clock, client, channel } = await startConsumer({ workMicros: 300_000 });
    channel.deliverSequences(0, 1);
    channel.lose();
    await clock.advanceTo(200);
    const next = present(client.consumers[1]);
    next.deliverSequences(0);
    await clock.advanceTo(5000);
    expect(channel.calls).toEqual(['subscribe']);
    expect(next.calls).toEqual(['subscribe', 'acknowledge 1']);
  });

  test('works on nothing that it does not acknowledge', async () => {
    const { channel } = await startConsumer({ acknowledgeEvery: undefined, workMicros: 5000 });
    const timers = vi.getTimerCount();
    channel.deliverSequences(0, 1);
    expect(vi.getTimerCount()).toBe(timers);
  });
});
