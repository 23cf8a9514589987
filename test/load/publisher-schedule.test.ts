import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { TimerAlarm } from '../../src/load/alarm.js';
import { Pacer } from '../../src/load/pacer.js';
import { Publisher } from '../../src/load/publisher.js';
import { emptyPublisherTally } from '../../src/load/publisher-tally.js';
import { Schedule } from '../../src/load/schedule.js';
import { allocateCounters, counterRow } from '../../src/measure/counters.js';
import { rateCurve } from '../../src/plan/rate-curve.js';
import { FakeClient, present } from '../support/fake-channel.js';
import { FakeClock } from '../support/fake-clock.js';
import { constantly } from '../support/schedule.js';
import { confirming, instants, publisherSpec, startPublisher } from './publishing.js';

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

  test('follows steps and ramps, and random moments, as exactly', async () => {
    const rate = fc.integer({ min: 1, max: 5000 });
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), rate, rate), {
      minLength: 1,
      maxLength: 4,
    });
    const arrivals = fc.constantFrom('constant', 'poisson');
    await fc.assert(
      fc.asyncProperty(steps, arrivals, fc.nat(), async (written, drawn, seed) => {
        const perSecond = written.map(([millis, fromPerSecond, toPerSecond]) => ({
          durationMicros: millis * 1000,
          fromPerSecond,
          toPerSecond,
        }));
        const curve = present(rateCurve({ kind: 'each', perSecond }, 1, 200_000));
        const schedule = { curve, arrivals: drawn, phase: 0.5, seed };
        const due = new Schedule(schedule);
        const { clock, channel } = await startPublisher({ schedule });
        let dueByNow = 0;
        for (const millis of [150, 300, 301, 700, 999]) {
          await clock.advanceTo(millis);
          for (; due.nextMicros <= (millis - 100) * 1000; dueByNow++) due.advance();
          expect(channel.sent.length).toBe(dueByNow);
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

  test('tells what was due in the window, sent or not, and what was never sent', async () => {
    const { clock, channel, tally, done } = await startPublisher({ ratePerSecond: 100 });
    await clock.advanceTo(800);
    channel.isSocketFull = true;
    await clock.advanceTo(1000);
    channel.emptySocket();
    await clock.advanceTo(1100);
    await done;
    expect(tally.offeredInWindow).toBe(70);
    expect(tally.unsent + channel.sent.length).toBe(90);
    expect(tally.unsent).toBeGreaterThan(15);
  });

  test('has offered nothing at rate max, and left nothing unsent', async () => {
    const { clock, tally, done } = await startPublisher({});
    await clock.advanceTo(1100);
    await done;
    expect([tally.offeredInWindow, tally.unsent]).toEqual([0, 0]);
  });

  test('tells how late messages left in each tenth of the window', async () => {
    const { clock, channel, tally } = await startPublisher({ ratePerSecond: 100 });
    await clock.advanceTo(509);
    channel.isSocketFull = true;
    await clock.advanceTo(540);
    channel.emptySocket();
    await clock.advanceTo(999);
    expect([...tally.lagMessages]).toEqual(Array(10).fill(7));
    // Due at 510 (taken by the full socket), 520, 530 and 540 ms, they left at 510 and 540.
    expect([...tally.lagSumMicros]).toEqual([0, 0, 0, 30_000, 0, 0, 0, 0, 0, 0]);
  });
});

describe('hundreds of publishers of one thread', () => {
  const publisherCount = 400;

  /** All on one pacer, each with its part of the rate, to fake time 999 ms. */
  async function publishTogether(perSecond: number) {
    const clock = new FakeClock();
    const client = new FakeClient();
    const tally = emptyPublisherTally(counterRow(allocateCounters(1), 0), clock);
    const pacer = new Pacer(clock, new TimerAlarm(clock), 200);
    const surroundings = { client, clock, random: () => 1, pacer };
    const publishers = Array.from({ length: publisherCount }, (_, id) => {
      const schedule = constantly(perSecond / publisherCount, id / publisherCount);
      return new Publisher(publisherSpec({ id, schedule }), surroundings, tally);
    });
    for (const publisher of publishers) {
      await publisher.connect();
      void publisher.run(instants, 0);
    }
    return { clock, sentOf: () => client.publishers.map(({ sent }) => sent.length) };
  }

  test('send together what is due together, and nobody is behind by more than one', async () => {
    const { clock, sentOf } = await publishTogether(9000);
    for (const millis of [101, 150, 400, 999]) {
      await clock.advanceTo(millis);
      const seconds = (millis - 100) / 1000;
      const sent = sentOf();
      const perPublisher = 9000 / publisherCount;
      expect(sent.reduce((total, one) => total + one, 0)).toBe(Math.floor(seconds * 9000) + 1);
      for (const [id, one] of sent.entries()) {
        expect(Math.abs(one - (seconds * perPublisher - id / publisherCount))).toBeLessThanOrEqual(
          1.001,
        );
      }
    }
  });

  test('do not begin all at once', async () => {
    const { clock, sentOf } = await publishTogether(1000);
    await clock.advanceTo(100);
    expect(sentOf().reduce((total, one) => total + one, 0)).toBe(1);
  });
});
