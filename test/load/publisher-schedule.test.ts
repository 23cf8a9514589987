import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { confirming, startPublisher } from './publishing.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a publisher on a schedule', () => {
  test('has sent at any time what was due by then, give or take one message', async () => {
    const rate = fc.integer({ min: 1, max: 20_000 });
    const phase = fc.double({ min: 0, max: 0.999, noNaN: true });
    const waits = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(rate, phase, waits, async (ratePerSecond, shift, given) => {
        const { clock, channel } = await startPublisher({ ratePerSecond, phase: shift });
        for (const wait of [100, ...given]) {
          await clock.advanceTo(Date.now() + wait);
          const seconds = (Date.now() - 100) / 1000;
          const due = Math.floor(seconds * ratePerSecond - shift) + 1;
          expect(Math.abs(channel.sent.length - due)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('sends its first message at the begin instant when its phase is 0', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10 });
    await clock.advanceTo(100);
    expect(channel.sent).toHaveLength(1);
  });

  test('is shifted by its phase, a part of the period', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10, phase: 0.25 });
    await clock.advanceTo(500);
    expect(channel.sent.map(({ sentMicros }) => sentMicros)).toEqual([
      25_000, 125_000, 225_000, 325_000,
    ]);
  });

  test('sends evenly also when confirms arrive in between', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10, ...confirming(5) });
    for (const millis of [130, 160, 190]) {
      await clock.advanceTo(millis);
      channel.confirm(1);
    }
    await clock.advanceTo(299);
    expect(channel.sent).toHaveLength(2);
  });

  test('has one timer for its next message, however many confirms arrive before', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10, ...confirming(5) });
    await clock.advanceTo(130);
    const timers = vi.getTimerCount();
    for (let i = 0; i < 5; i++) channel.confirm(1);
    expect(vi.getTimerCount()).toBe(timers);
  });

  test('sends what a blocked socket held up, as soon as it takes more', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 1000 });
    await clock.advanceTo(199);
    channel.isSocketFull = true;
    await clock.advanceTo(699);
    channel.emptySocket();
    // A turn takes a millisecond of fake time, and 500 messages are eight.
    await clock.advanceTo(720);
    expect(channel.sent).toHaveLength(621);
  });

  test('stamps what went out late with how late it was', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10 });
    channel.isSocketFull = true;
    await clock.advanceTo(450);
    channel.emptySocket();
    await clock.advanceTo(450);
    expect(channel.sent.map(({ lagMicros }) => Math.round(lagMicros / 1000))).toEqual([
      0, 250, 150, 50,
    ]);
  });

  test('returns to its schedule after a backlog, and does not start a new one', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10 });
    channel.isSocketFull = true;
    await clock.advanceTo(450);
    channel.emptySocket();
    await clock.advanceTo(600);
    expect(channel.sent.slice(4).map(({ sentMicros }) => sentMicros)).toEqual([400_000, 500_000]);
  });

  test('does not exceed its window for the sake of the schedule', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 1000, ...confirming(4) });
    await clock.advanceTo(400);
    expect(channel.sent).toHaveLength(4);
  });

  test('leaves what is still overdue at the stop instant unsent', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 1000 });
    channel.isSocketFull = true;
    await clock.advanceTo(1000);
    channel.emptySocket();
    await clock.advanceTo(1100);
    expect(channel.sent).toHaveLength(1);
  });

  test('without a rate stamps no lag, for nothing was meant to go earlier', async () => {
    const { clock, channel } = await startPublisher(confirming(1));
    await clock.advanceTo(300);
    channel.confirm(1);
    expect(channel.sent.map(({ lagMicros }) => lagMicros)).toEqual([0, 0]);
  });
});
