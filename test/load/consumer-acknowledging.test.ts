import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startConsumer } from './consuming.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a consumer acknowledges', () => {
  test('each message by itself when asked for each', async () => {
    const { channel } = await startConsumer({ acknowledgeEvery: 1 });
    for (let i = 0; i < 3; i++) channel.deliver();
    expect(channel.calls).toEqual(['subscribe', 'acknowledge 1', 'acknowledge 2', 'acknowledge 3']);
  });

  test('many at once when asked for every so many', async () => {
    const { channel } = await startConsumer({ acknowledgeEvery: 3 });
    for (let i = 0; i < 7; i++) channel.deliver();
    expect(channel.calls).toEqual(['subscribe', 'acknowledge up to 3', 'acknowledge up to 6']);
  });

  test('nothing when asked for nothing, and says so when it subscribes', async () => {
    const { channel } = await startConsumer({ acknowledgeEvery: undefined });
    for (let i = 0; i < 3; i++) channel.deliver();
    expect(channel.calls).toEqual(['subscribe without acknowledgements']);
  });
});

describe('a consumer that drains', () => {
  test('acknowledges what it owes and subscribes anew without prefetch', async () => {
    const { channel, consumer } = await startConsumer({ acknowledgeEvery: 10 });
    for (let i = 0; i < 4; i++) channel.deliver();
    await consumer.drain();
    expect(channel.calls).toEqual([
      'subscribe',
      'cancel',
      'acknowledge up to 4',
      'subscribe with prefetch 0',
    ]);
  });

  test('acknowledges also what arrives while it cancels', async () => {
    const { channel, consumer } = await startConsumer({ acknowledgeEvery: 10 });
    channel.deliver();
    channel.underWay = [{}, {}];
    await consumer.drain();
    expect(channel.calls).toContain('acknowledge up to 3');
  });

  test('acknowledges nothing when it owes nothing', async () => {
    const { channel, consumer } = await startConsumer({ acknowledgeEvery: 2 });
    channel.deliver();
    channel.deliver();
    await consumer.drain();
    expect(channel.calls.slice(2)).toEqual(['cancel', 'subscribe with prefetch 0']);
  });

  test('stays as it is when it never acknowledged', async () => {
    const { channel, consumer } = await startConsumer({ acknowledgeEvery: undefined });
    await consumer.drain();
    expect(channel.calls).toEqual(['subscribe without acknowledgements']);
  });

  test.each([1, 10, 1000])(
    'acknowledges what comes afterwards a hundred at once, though it was asked for every %d',
    async (acknowledgeEvery) => {
      const { channel, consumer, tally } = await startConsumer({ acknowledgeEvery });
      await consumer.drain();
      for (let i = 0; i < 250; i++) channel.deliver();
      expect(channel.calls.slice(3)).toEqual(['acknowledge up to 100', 'acknowledge up to 200']);
      expect(tally.book.accounts()).toMatchObject([{ delivered: 250 }]);
    },
  );

  test('gives nothing back any more', async () => {
    const { channel, consumer } = await startConsumer({ nackShare: 1, requeue: true });
    channel.deliver();
    await consumer.drain();
    for (let i = 0; i < 100; i++) channel.deliver();
    expect(channel.calls).toEqual([
      'subscribe',
      'reject 1 to be queued again',
      'cancel',
      'subscribe with prefetch 0',
      'acknowledge up to 101',
    ]);
  });

  test('has acknowledged every message it got exactly once in the end, whatever the number', async () => {
    const every = fc.integer({ min: 1, max: 20 });
    const count = fc.integer({ min: 0, max: 60 });
    const inDrain = fc.integer({ min: 0, max: 210 });
    await fc.assert(
      fc.asyncProperty(
        every,
        count,
        count,
        inDrain,
        async (acknowledgeEvery, before, during, after) => {
          const { channel, consumer } = await startConsumer({ acknowledgeEvery });
          const total = before + 2 * during + after;
          for (let i = 0; i < before; i++) channel.deliver();
          channel.underWay = Array.from({ length: during }, () => ({}));
          await consumer.drain();
          expect(acknowledged(channel.calls)).toHaveLength(before + during);
          for (let i = 0; i < after; i++) channel.deliver();
          channel.underWay = Array.from({ length: during }, () => ({}));
          await consumer.finish();
          expect(acknowledged(channel.calls)).toEqual(
            Array.from({ length: total }, (_, i) => i + 1),
          );
        },
      ),
      { numRuns: 50 },
    );
  });
});

/** The delivery tags that the calls acknowledge, in their order. */
function acknowledged(calls: readonly string[]): number[] {
  const tags: number[] = [];
  for (const call of calls) {
    const [, multiple, digits] = /^acknowledge (up to )?(\d+)$/.exec(call) ?? [];
    if (digits === undefined) continue;
    const tag = Number(digits);
    const first = multiple === undefined ? tag : (tags.at(-1) ?? 0) + 1;
    for (let one = first; one <= tag; one++) tags.push(one);
  }
  return tags;
}

describe('a consumer that finishes', () => {
  test('cancels before it closes, so that nothing under way is missed', async () => {
    const { channel, consumer, tally } = await startConsumer();
    await consumer.drain();
    channel.underWay = [{ publisher: 0, sequence: 5 }];
    await consumer.finish();
    expect(channel.calls.slice(-3)).toEqual(['cancel', 'acknowledge 1', 'close']);
    expect(tally.book.accounts()).toMatchObject([{ delivered: 1 }]);
  });

  test('acknowledges what it owes when it was never told to drain', async () => {
    const { channel, consumer } = await startConsumer({ acknowledgeEvery: 10 });
    channel.deliver();
    channel.underWay = [{}];
    await consumer.finish();
    expect(channel.calls).toEqual(['subscribe', 'cancel', 'acknowledge up to 2', 'close']);
  });
});
