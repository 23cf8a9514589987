import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Acknowledging } from '../../src/load/acknowledging.js';
import type { ConsumerSpec } from '../../src/load/protocol.js';
import { FakeConsumerChannel } from '../support/fake-channel.js';

const spec: ConsumerSpec = {
  id: 0,
  urls: ['amqp://broker'],
  connectionName: 'consumer 0',
  queue: 'q',
  prefetch: 100,
  acknowledgeEvery: 1,
  nackShare: 0,
  requeue: false,
  workMicros: 0,
  ratePerSecond: undefined,
};

function newChannel(): FakeConsumerChannel {
  return new FakeConsumerChannel(
    { ...spec, url: 'amqp://broker' },
    {
      onArrival: () => {},
      onDelivery: () => {},
      onClosed: () => {},
    },
  );
}

/** What is asked of the broker when deliveries with these flags come, tags counting from 1. */
function settled(
  given: { every: number; nackShare: number; requeue?: boolean },
  redelivered: readonly boolean[],
): string[] {
  const channel = newChannel();
  const acknowledging = new Acknowledging({ ...spec, requeue: false, ...given }, given.every);
  for (const [i, flag] of redelivered.entries()) acknowledging.settle(channel, i + 1, flag);
  acknowledging.settleRest(channel);
  return channel.calls;
}

/** A broker's view: which tags each call settles, and how; a call that names a settled tag is null. */
function brokersView(calls: readonly string[], count: number): (string | null)[] {
  const open = new Set(Array.from({ length: count }, (_, i) => i + 1));
  const fates: (string | null)[] = new Array(count).fill('open');
  for (const call of calls) {
    const [, what = '', multiple, digits] = /^(\w+) (up to )?(\d+)/.exec(call) ?? [];
    const tag = Number(digits);
    const isKnown = open.has(tag);
    for (const one of [...open].filter((other) => (multiple ? other <= tag : other === tag))) {
      open.delete(one);
      fates[one - 1] = what;
    }
    if (!isKnown) fates[tag - 1] = null;
  }
  return fates;
}

describe('a consumer that gives back a share', () => {
  test('gives back each so-many-th message', () => {
    const calls = settled({ every: 1, nackShare: 1 / 3 }, new Array(7).fill(false));
    expect(calls).toEqual([
      'acknowledge 1',
      'acknowledge 2',
      'reject 3',
      'acknowledge 4',
      'acknowledge 5',
      'reject 6',
      'acknowledge 7',
    ]);
  });

  test('asks for it to be queued again if it is to', () => {
    const calls = settled({ every: 1, nackShare: 1, requeue: true }, [false]);
    expect(calls).toEqual(['reject 1 to be queued again']);
  });

  test('never gives back what has come back, nor counts it', () => {
    const calls = settled({ every: 1, nackShare: 1 / 2 }, [false, true, true, false, true]);
    expect(calls).toEqual([
      'acknowledge 1',
      'acknowledge 2',
      'acknowledge 3',
      'reject 4',
      'acknowledge 5',
    ]);
  });

  test('gives back all when the share is everything, except what has come back', () => {
    const calls = settled({ every: 1, nackShare: 1 }, [false, false, true]);
    expect(calls).toEqual(['reject 1', 'reject 2', 'acknowledge 3']);
  });

  test('never names a rejected tag when it acknowledges many at once', () => {
    const calls = settled({ every: 2, nackShare: 1 / 3 }, new Array(6).fill(false));
    expect(calls).toEqual(['acknowledge up to 2', 'reject 3', 'acknowledge up to 5', 'reject 6']);
  });

  test('acknowledges what waits for its company up to the last that was not rejected', () => {
    const calls = settled({ every: 10, nackShare: 1 / 2 }, [true, false, false]);
    expect(calls).toEqual(['reject 3', 'acknowledge up to 2']);
  });

  test('settles every delivery exactly once, as asked, by tags that the broker still knows', () => {
    const every = fc.integer({ min: 1, max: 8 });
    const share = fc.constantFrom([0, 1], [1, 10], [1, 3], [1, 2], [7, 10], [1, 1]);
    const flags = fc.array(fc.boolean(), { maxLength: 60 });
    fc.assert(
      fc.property(every, share, flags, (often, [of = 0, many = 1], redelivered) => {
        let firstTimers = 0;
        const asked = redelivered.map((flag) => {
          if (flag) return 'acknowledge';
          firstTimers++;
          const isDue = (firstTimers * of) % many < of;
          return isDue ? 'reject' : 'acknowledge';
        });
        const calls = settled({ every: often, nackShare: of / many }, redelivered);
        expect(brokersView(calls, redelivered.length)).toEqual(asked);
      }),
      { numRuns: 300 },
    );
  });
});

describe('when its channel is lost, a consumer', () => {
  test('forgets what it owes, for the tags went with the channel', () => {
    const channel = newChannel();
    const acknowledging = new Acknowledging(spec, 10);
    for (const tag of [1, 2, 3]) acknowledging.settle(channel, tag, false);
    acknowledging.onChannelLost();
    acknowledging.settleRest(channel);
    expect(channel.calls).toEqual([]);
  });

  test('begins anew to count to its company', () => {
    const channel = newChannel();
    const acknowledging = new Acknowledging(spec, 3);
    for (const tag of [1, 2]) acknowledging.settle(channel, tag, false);
    acknowledging.onChannelLost();
    for (const tag of [1, 2, 3]) acknowledging.settle(channel, tag, false);
    expect(channel.calls).toEqual(['acknowledge up to 3']);
  });
});
