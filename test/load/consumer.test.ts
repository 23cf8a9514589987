import { afterEach, describe, expect, test, vi } from 'vitest';
import { columnOf } from '../../src/measure/counters.js';
import { startConsumer, subscribedConsumer } from './consuming.js';

afterEach(() => {
  vi.useRealTimers();
});

/** The moment of fake time, as a stamp tells it: since the begin instant at 100 ms. */
function sentAt(millis: number): { sentMicros: number } {
  return { sentMicros: (millis - 100) * 1000 };
}

describe('the latency of a message', () => {
  test('is how long it was under way', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(401);
    channel.deliver(sentAt(400));
    expect(tally.service.summarize()).toMatchObject({ count: 1, min: 1000, max: 1000 });
  });

  test('runs end to end from the moment it should have been sent', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(401);
    channel.deliver({ ...sentAt(400), lagMicros: 500 });
    expect(tally.endToEnd.summarize()).toMatchObject({ count: 1, min: 1500, max: 1500 });
  });

  test('is not known end to end where messages have no schedule', async () => {
    const { clock, channel, tally } = await startConsumer({}, false);
    await clock.advanceTo(401);
    channel.deliver(sentAt(400));
    expect([tally.service.count, tally.endToEnd.count]).toEqual([1, 0]);
  });

  test('is left out of a message that was sent in the warm-up', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(400);
    channel.deliver(sentAt(299));
    expect([tally.service.count, tally.endToEnd.count]).toEqual([0, 0]);
  });

  test('counts from the first message of the window on', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(400);
    channel.deliver(sentAt(300));
    expect(tally.service.count).toBe(1);
  });

  test('counts also when the message arrives after the stop instant', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(1001);
    channel.deliver(sentAt(999));
    expect(tally.service.summarize()).toMatchObject({ count: 1, max: 2000 });
  });

  test('that would be negative is counted as such, and not recorded', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(400);
    channel.deliver({ ...sentAt(401), lagMicros: 5000 });
    expect(tally.negativeLatencies).toBe(1);
    expect([tally.service.count, tally.endToEnd.count]).toEqual([0, 0]);
  });

  test('of nothing at all is no negative one', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(400);
    channel.deliver(sentAt(400));
    expect([tally.negativeLatencies, tally.service.count]).toEqual([0, 1]);
  });
});

test('a message that comes before the instants are known is entered and acknowledged', async () => {
  const { channel, tally } = await subscribedConsumer();
  channel.deliver(sentAt(101));
  expect(tally.book.accounts()).toMatchObject([{ delivered: 1 }]);
  expect(tally.counters[columnOf.consumed]).toBe(1);
  expect(channel.calls).toEqual(['subscribe', 'acknowledge 1']);
  expect(tally.service.count).toBe(0);
});

describe('a consumer counts', () => {
  test.each([
    [299, 0],
    [300, 1],
    [999, 1],
    [1000, 0],
  ])('what arrives at %d ms as consumed in the window %d times', async (millis, times) => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(millis);
    channel.deliver(sentAt(150));
    expect(tally.consumedInWindow).toBe(times);
  });

  test('whole bodies as its bytes', async () => {
    const { clock, channel, tally } = await startConsumer();
    channel.deliver({}, 40);
    await clock.advanceTo(400);
    channel.deliver({}, 100);
    channel.deliver({}, 12);
    expect(tally.consumedBytesInWindow).toBe(112);
  });

  test('for the live display all that it takes', async () => {
    const { channel, tally } = await startConsumer();
    channel.deliver();
    channel.deliver();
    expect(tally.counters[columnOf.consumed]).toBe(2);
  });

  test('in its book who sent a message, which one it is and whether it came again', async () => {
    const { channel, tally } = await startConsumer();
    channel.deliver({ publisher: 2, sequence: 40 });
    channel.deliver({ publisher: 2, sequence: 40 }, 12, true);
    expect(tally.book.accounts()).toMatchObject([{ publisher: 2, delivered: 2, redelivered: 1 }]);
  });

  test('a body that is shorter than a stamp as foreign, and acknowledges it', async () => {
    const { channel, tally } = await startConsumer();
    channel.deliver({}, 11);
    expect([tally.foreign, tally.book.accounts()]).toEqual([1, []]);
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1']);
  });

  test('a stamp that cannot be of this trial as foreign, and acknowledges it', async () => {
    const { clock, channel, tally } = await startConsumer();
    await clock.advanceTo(400);
    channel.deliver({ sequence: 2 ** 30 + 1 });
    expect([tally.foreign, tally.counters[columnOf.consumed], tally.consumedInWindow]).toEqual([
      1, 0, 0,
    ]);
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1']);
  });

  test('a body that is nothing but a stamp as one of its own', async () => {
    const { channel, tally } = await startConsumer();
    channel.deliver({}, 12);
    expect(tally.foreign).toBe(0);
    expect(tally.book.accounts()).toHaveLength(1);
  });
});
