import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type PlainSequenceSet, SequenceSet } from '../../src/measure/sequence-set.js';
import { confirming, instants, startPublisher } from './publishing.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a publisher sends', () => {
  test('nothing before the begin instant, and from then on at once', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    await clock.advanceTo(99);
    expect(channel.sent).toHaveLength(0);
    await clock.advanceTo(100);
    expect(channel.sent).toHaveLength(3);
  });

  test('nothing before the begin instant although the socket says that it takes more', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    await clock.advanceTo(50);
    channel.emptySocket();
    await clock.advanceTo(99);
    expect(channel.sent).toHaveLength(0);
  });

  test('also when its timer fires a fraction of a millisecond early, as those of Node.js do', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    clock.aheadMicros = -400;
    await clock.advanceTo(200);
    expect(channel.sent).toHaveLength(3);
  });

  test('nothing at or after the stop instant, although confirms arrive', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    await clock.advanceTo(1000);
    channel.confirm(3, true);
    expect(channel.sent).toHaveLength(3);
  });

  test('still in the last millisecond before the stop instant', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    await clock.advanceTo(999);
    channel.confirm(3, true);
    expect(channel.sent).toHaveLength(6);
  });

  test('stamps with its id, and sequences that count from 0', async () => {
    const { clock, channel } = await startPublisher({ id: 513, ...confirming(3) });
    await clock.advanceTo(100);
    expect(channel.sent).toMatchObject([
      { publisher: 513, sequence: 0 },
      { publisher: 513, sequence: 1 },
      { publisher: 513, sequence: 2 },
    ]);
  });

  test('stamps that tell the time since the begin instant', async () => {
    const { clock, channel } = await startPublisher(confirming(1));
    await clock.advanceTo(170);
    channel.confirm(1);
    expect(channel.sent.map(({ sentMicros }) => sentMicros)).toEqual([0, 70_000]);
  });

  test('as many as one confirm for many makes room for', async () => {
    const { clock, channel } = await startPublisher(confirming(5));
    await clock.advanceTo(100);
    channel.confirm(3, true);
    expect(channel.sent).toHaveLength(8);
  });

  test('goes on after a refusal, which makes room too', async () => {
    const { clock, channel } = await startPublisher(confirming(2));
    await clock.advanceTo(100);
    channel.refuse(1);
    expect(channel.sent).toHaveLength(3);
  });

  test('a whole window of more than one turn without being told to go on', async () => {
    const { clock, channel } = await startPublisher(confirming(1000));
    await clock.advanceTo(120);
    expect(channel.sent).toHaveLength(1000);
  });

  test('one turn at most before the others of its thread get theirs', async () => {
    const { clock, channel } = await startPublisher(confirming(1000));
    await clock.advanceTo(99);
    vi.advanceTimersToNextTimer();
    expect(channel.sent).toHaveLength(512);
  });

  test('less in a turn when messages are large', async () => {
    const { clock, channel } = await startPublisher({ ...confirming(1000), payloadBytes: 4096 });
    await clock.advanceTo(99);
    vi.advanceTimersToNextTimer();
    expect(channel.sent).toHaveLength(16);
  });

  test('all of a turn to the socket when the turn ends', async () => {
    const { clock, channel } = await startPublisher(confirming(1000));
    await clock.advanceTo(99);
    vi.advanceTimersToNextTimer();
    expect(channel.flushed).toBe(512);
  });

  test('its next turn once, however often it is told to go on before', async () => {
    const { clock, channel } = await startPublisher(confirming(1000));
    await clock.advanceTo(99);
    vi.advanceTimersToNextTimer();
    const timers = vi.getTimerCount();
    for (let i = 0; i < 5; i++) channel.events.onWritable();
    expect(vi.getTimerCount()).toBe(timers);
  });

  test('no more once publish has said no, until the socket takes more', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    channel.isSocketFull = true;
    await clock.advanceTo(200);
    expect(channel.sent).toHaveLength(1);
    channel.emptySocket();
    await clock.advanceTo(201);
    expect(channel.sent).toHaveLength(3);
  });

  test('nothing on a confirm while the socket takes no more', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    channel.isSocketFull = true;
    await clock.advanceTo(200);
    channel.confirm(1);
    expect(channel.sent).toHaveLength(1);
  });

  test('without confirms as long as the socket takes more', async () => {
    const { clock, channel } = await startPublisher({});
    channel.isSocketFull = true;
    await clock.advanceTo(200);
    for (let i = 1; i <= 10; i++) {
      channel.events.onWritable();
      await clock.advanceTo(200 + i);
    }
    expect(channel.sent).toHaveLength(11);
  });
});

describe('a publisher asks its client', () => {
  test.each(['none', 'confirm', 'transaction'] as const)(
    'for the guarantee %s that it was given',
    async (guarantee) => {
      const { channel } = await startPublisher({ guarantee });
      expect(channel.options.guarantee).toBe(guarantee);
    },
  );

  test.each([
    [true, 2],
    [false, 1],
  ])('with messages that are persistent (%s) for delivery mode %d', async (persistent, mode) => {
    const { channel } = await startPublisher({ persistent });
    expect(channel.options.properties).toEqual({ deliveryMode: mode });
  });

  test('to close', async () => {
    const { channel, publisher } = await startPublisher(confirming(1));
    await publisher.close();
    expect(channel.isClosed).toBe(true);
  });
});

const happening = fc.oneof(
  fc.record({ kind: fc.constant('wait' as const), millis: fc.integer({ min: 1, max: 120 }) }),
  fc.record({ kind: fc.constant('fill' as const) }),
  fc.record({ kind: fc.constant('empty' as const) }),
  fc.record({
    kind: fc.constantFrom('confirm' as const, 'refuse' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    multiple: fc.boolean(),
  }),
);

test('whatever the broker does, a publisher keeps to its instants, its window and its order', async () => {
  const window = fc.integer({ min: 1, max: 100 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 40, size: 'max' }),
      window,
      async (given, limit) => {
        const { clock, channel, publisher } = await startPublisher(confirming(limit));
        for (const one of given) {
          if (one.kind === 'wait') await clock.advanceTo(Date.now() + one.millis);
          else if (one.kind === 'fill') channel.isSocketFull = true;
          else if (one.kind === 'empty') channel.emptySocket();
          else channel[one.kind](Math.ceil(one.share * channel.sent.length), one.multiple);
          expect(publisher.account().inDoubt).toBeLessThanOrEqual(limit);
        }
        const duration = instants.stopMicros - instants.beginMicros;
        for (const [i, { sequence, sentMicros }] of channel.sent.entries()) {
          expect(sequence).toBe(i);
          expect(sentMicros).toBeGreaterThanOrEqual(0);
          expect(sentMicros).toBeLessThan(duration);
        }
        const { published, confirmed, nacked, inDoubt } = publisher.account();
        expect(published).toBe(channel.sent.length);
        expect(sizeOf(confirmed) + nacked + inDoubt).toBe(published);
      },
    ),
    { numRuns: 50 },
  );
});

function sizeOf(confirmed: PlainSequenceSet): number {
  return SequenceSet.fromPlain(confirmed).size;
}
