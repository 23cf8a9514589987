import { afterEach, describe, expect, test, vi } from 'vitest';
import { columnOf } from '../../src/measure/counters.js';
import type { LatencyHistogram } from '../../src/measure/latency-histogram.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { SequenceTimes } from '../../src/measure/sequence-times.js';
import { present } from '../support/fake-channel.js';
import { confirming, type Publishing, startPublisher } from './publishing.js';

afterEach(() => {
  vi.useRealTimers();
});

/** Confirms the oldest message at each of these moments; a window of one, so the next one goes then. */
async function confirmAt(publishing: Publishing, moments: readonly number[]): Promise<void> {
  for (const [i, millis] of moments.entries()) {
    await publishing.clock.advanceTo(millis);
    publishing.channel.confirm(i + 1);
  }
}

async function hasEnded(done: Promise<void>): Promise<boolean> {
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return ended;
}

/** How many samples, the least and the greatest; both to the thousand, for buckets are that wide. */
function extremesOf(histogram: LatencyHistogram): number[] {
  const { count, min, max } = present(histogram.summarize());
  return [count, Math.round(min / 1000) * 1000, Math.round(max / 1000) * 1000];
}

describe('a publisher counts', () => {
  test('as published in the window what it sent from the start instant on', async () => {
    const publishing = await startPublisher(confirming(1));
    await confirmAt(publishing, [299, 300, 999, 1000]);
    // Sent at 100, 299, 300 and 999 ms.
    expect(publishing.tally.publishedInWindow).toBe(2);
  });

  test('as confirmed in the window what was confirmed between start and stop', async () => {
    const publishing = await startPublisher(confirming(1));
    await confirmAt(publishing, [299, 300, 999, 1000]);
    expect(publishing.tally.confirmedInWindow).toBe(2);
  });

  test('for the live display all that it published and saw confirmed', async () => {
    const publishing = await startPublisher(confirming(1));
    await confirmAt(publishing, [200, 400, 600]);
    const { counters } = publishing.tally;
    expect([counters[columnOf.published], counters[columnOf.confirmed]]).toEqual([4, 3]);
  });

  test('refused messages as nacked and not as confirmed', async () => {
    const { clock, channel, publisher, tally } = await startPublisher(confirming(3));
    await clock.advanceTo(400);
    channel.refuse(2, true);
    const { nacked, confirmed } = publisher.account();
    expect([nacked, SequenceSet.fromPlain(confirmed).size]).toEqual([2, 0]);
    expect([tally.counters[columnOf.confirmed], tally.confirmedInWindow]).toEqual([0, 0]);
  });
});

describe('the account of a publisher', () => {
  test('names it, and the sequences that were confirmed', async () => {
    const { clock, channel, publisher } = await startPublisher({ id: 9, ...confirming(4) });
    await clock.advanceTo(999);
    channel.isSocketFull = true;
    channel.confirm(2);
    channel.confirm(4);
    const account = publisher.account();
    expect(account).toMatchObject({ publisher: 9, published: 5, nacked: 0, inDoubt: 3 });
    expect(SequenceSet.fromPlain(account.confirmed).ranges()).toEqual([
      { first: 1, last: 1 },
      { first: 3, last: 3 },
    ]);
  });

  test('has nothing in doubt without confirms', async () => {
    const { clock, channel, publisher } = await startPublisher({});
    channel.isSocketFull = true;
    await clock.advanceTo(1000);
    expect(publisher.account()).toMatchObject({ published: 1, inDoubt: 0 });
  });

  test('holds what was never confirmed as in doubt', async () => {
    const { clock, channel, publisher, done } = await startPublisher(confirming(3));
    await clock.advanceTo(1100);
    channel.confirm(1);
    await clock.advanceTo(1500);
    await done;
    expect(publisher.account()).toMatchObject({ published: 3, inDoubt: 2 });
  });

  test('tells when about its messages were sent', async () => {
    const { clock, channel, publisher } = await startPublisher({ ratePerSecond: 10 });
    await clock.advanceTo(450);
    channel.isSocketFull = true;
    const sentAt = SequenceTimes.fromPlain(publisher.account().sentAt);
    expect(sentAt.between(1, 1)).toEqual({ fromMicros: 200_000, toMicros: 300_000 });
  });
});

describe('a publisher is done', () => {
  test('at the stop instant when nothing is in flight', async () => {
    const { clock, done, channel } = await startPublisher({});
    channel.isSocketFull = true;
    await clock.advanceTo(999);
    expect(await hasEnded(done)).toBe(false);
    await clock.advanceTo(1000);
    expect(await hasEnded(done)).toBe(true);
  });

  test('at the stop instant when every confirm is in already', async () => {
    const { clock, done, channel } = await startPublisher({ ratePerSecond: 1, ...confirming(3) });
    await clock.advanceTo(500);
    channel.confirm(1);
    await clock.advanceTo(1000);
    expect(await hasEnded(done)).toBe(true);
  });

  test('and is not woken any more', async () => {
    const { clock, channel } = await startPublisher({ ratePerSecond: 10 });
    await clock.advanceTo(3000);
    expect(channel.sent).toHaveLength(9);
  });

  test('when the last confirm has come after the stop instant', async () => {
    const { clock, channel, done } = await startPublisher(confirming(3));
    await clock.advanceTo(1100);
    channel.confirm(2, true);
    expect(await hasEnded(done)).toBe(false);
    channel.confirm(3);
    await clock.advanceTo(1100);
    expect(await hasEnded(done)).toBe(true);
  });

  test('at the confirm limit, however many confirms are missing', async () => {
    const { clock, done } = await startPublisher(confirming(3), 250_000);
    await clock.advanceTo(1249);
    expect(await hasEnded(done)).toBe(false);
    await clock.advanceTo(1250);
    expect(await hasEnded(done)).toBe(true);
  });
});

describe('the latency of confirms', () => {
  test('runs from the moment a message was sent, of those sent in the window', async () => {
    const publishing = await startPublisher(confirming(1));
    await confirmAt(publishing, [300, 350, 450, 1200]);
    // Sent at 100 (warm-up), 300, 350 and 450 ms.
    expect(extremesOf(publishing.tally.confirmService)).toEqual([3, 50_000, 750_000]);
  });

  test('runs on a schedule also from the moment a message should have been sent', async () => {
    const publishing = await startPublisher({ ratePerSecond: 4, ...confirming(1) });
    // Due at 100, 350 and 600 ms: the second goes on time and is confirmed late, at 640 ms, so
    // that the third leaves 40 ms late; it is confirmed 30 ms after that.
    await confirmAt(publishing, [110, 640, 670]);
    const { confirm, confirmService, publishLag } = publishing.tally;
    expect(extremesOf(confirmService)).toEqual([2, 30_000, 290_000]);
    expect(extremesOf(confirm)).toEqual([2, 70_000, 290_000]);
    expect(extremesOf(publishLag)).toEqual([2, 0, 40_000]);
  });

  test('has no intended moment at rate max, and no publish lag', async () => {
    const publishing = await startPublisher(confirming(1));
    await confirmAt(publishing, [400, 500]);
    const { confirm, publishLag } = publishing.tally;
    expect([confirm.count, publishLag.count]).toEqual([0, 0]);
  });

  test('does not count a refusal', async () => {
    const { clock, channel, tally } = await startPublisher(confirming(1));
    await clock.advanceTo(400);
    channel.refuse(1);
    await clock.advanceTo(500);
    channel.refuse(2);
    expect(tally.confirmService.count).toBe(0);
  });
});
