import { afterEach, describe, expect, test, vi } from 'vitest';
import { columnOf } from '../../src/measure/counters.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { present } from '../support/fake-channel.js';
import { type Publishing, startPublisher, transacting } from './publishing.js';

afterEach(() => {
  vi.useRealTimers();
});

async function hasEnded(done: Promise<void>): Promise<boolean> {
  let ended = false;
  void done.then(() => {
    ended = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return ended;
}

function confirmedOf({ publisher }: Publishing): number {
  return SequenceSet.fromPlain(publisher.account().confirmed).size;
}

describe('a publisher with transactions', () => {
  test('commits when as many messages as asked for are under way', async () => {
    const publishing = await startPublisher({ ...transacting(3), ratePerSecond: 100 });
    const { clock, channel } = publishing;
    await clock.advanceTo(119);
    expect([channel.sent.length, channel.commits]).toEqual([2, 0]);
    await clock.advanceTo(120);
    expect([channel.sent.length, channel.commits]).toEqual([3, 1]);
  });

  test('has given to the socket what it commits', async () => {
    const { clock, channel } = await startPublisher(transacting(3));
    await clock.advanceTo(100);
    expect([channel.flushed, channel.commits]).toEqual([3, 1]);
  });

  test('sends nothing and commits nothing else until the commit is answered', async () => {
    const publishing = await startPublisher({ ...transacting(3), ratePerSecond: 100 });
    const { clock, channel } = publishing;
    await clock.advanceTo(500);
    channel.emptySocket();
    await clock.advanceTo(510);
    expect([channel.sent.length, channel.commits]).toEqual([3, 1]);
  });

  test('goes on with the next transaction when the commit is answered', async () => {
    const publishing = await startPublisher(transacting(3));
    await publishing.clock.advanceTo(200);
    publishing.channel.answerCommit();
    expect([publishing.channel.sent.length, publishing.channel.commits]).toEqual([6, 1]);
  });

  test('takes all of a transaction for confirmed, and nothing before it is answered', async () => {
    const publishing = await startPublisher(transacting(3));
    await publishing.clock.advanceTo(400);
    expect([confirmedOf(publishing), publishing.publisher.account().inDoubt]).toEqual([0, 3]);
    publishing.channel.answerCommit();
    expect(confirmedOf(publishing)).toBe(3);
    expect(publishing.tally.counters[columnOf.confirmed]).toBe(3);
    expect(publishing.tally.confirmedInWindow).toBe(3);
  });

  test('has for confirm latency the time until the answer', async () => {
    const publishing = await startPublisher(transacting(2));
    await publishing.clock.advanceTo(400);
    publishing.channel.answerCommit();
    await publishing.clock.advanceTo(430);
    publishing.channel.answerCommit();
    const { confirmService } = publishing.tally;
    // The first two were sent in the warm-up.
    expect(confirmService.summarize()).toMatchObject({ count: 2 });
    expect(Math.round((confirmService.summarize()?.max ?? 0) / 1000)).toBe(30);
  });

  test('commits the rest at the stop instant, and is done when that is answered', async () => {
    const publishing = await startPublisher({ ...transacting(100), ratePerSecond: 10 });
    const { clock, channel, done } = publishing;
    await clock.advanceTo(999);
    expect([channel.sent.length, channel.commits]).toEqual([9, 0]);
    await clock.advanceTo(1000);
    expect(channel.commits).toBe(1);
    expect(await hasEnded(done)).toBe(false);
    channel.answerCommit();
    expect(await hasEnded(done)).toBe(true);
    expect([confirmedOf(publishing), channel.commits]).toEqual([9, 0]);
  });

  test('commits nothing at the stop instant when nothing is under way', async () => {
    const publishing = await startPublisher({ ...transacting(1), ratePerSecond: 1 });
    await publishing.clock.advanceTo(200);
    publishing.channel.answerCommit();
    await publishing.clock.advanceTo(1000);
    expect(publishing.channel.commits).toBe(0);
    expect(await hasEnded(publishing.done)).toBe(true);
  });

  test('waits for a commit that was under way at the stop instant', async () => {
    const publishing = await startPublisher(transacting(2));
    await publishing.clock.advanceTo(1100);
    expect(publishing.channel.commits).toBe(1);
    publishing.channel.answerCommit();
    expect(await hasEnded(publishing.done)).toBe(true);
    expect(publishing.channel.sent).toHaveLength(2);
  });

  test('leaves in doubt what is not answered within the limit', async () => {
    const { clock, done, publisher } = await startPublisher(transacting(2), 250_000);
    await clock.advanceTo(1250);
    await done;
    expect(publisher.account()).toMatchObject({ published: 2, inDoubt: 2 });
  });
});

describe('a transaction whose connection is lost', () => {
  async function lostWhileCommitting(onReconnect: 'republish' | 'drop'): Promise<Publishing> {
    const publishing = await startPublisher({ ...transacting(3), onReconnect });
    await publishing.clock.advanceTo(400);
    expect(publishing.channel.commits).toBe(1);
    publishing.channel.lose();
    await publishing.clock.advanceTo(500);
    return publishing;
  }

  test('leaves its messages in doubt, confirmed by nobody', async () => {
    const publishing = await lostWhileCommitting('republish');
    expect([confirmedOf(publishing), publishing.publisher.account().inDoubt]).toEqual([0, 3]);
  });

  test('is sent and committed again on the next connection', async () => {
    const publishing = await lostWhileCommitting('republish');
    await publishing.clock.advanceTo(601);
    const next = present(publishing.client.publishers[1]);
    expect([next.sequences, next.commits]).toEqual([[0, 1, 2], 1]);
    next.answerCommit();
    expect([confirmedOf(publishing), next.sequences.slice(3)]).toEqual([3, [3, 4, 5]]);
  });

  test('is followed by a new one when what is in doubt is dropped', async () => {
    const publishing = await lostWhileCommitting('drop');
    await publishing.clock.advanceTo(601);
    const next = present(publishing.client.publishers[1]);
    expect([next.sequences, next.commits]).toEqual([[3, 4, 5], 1]);
    next.answerCommit();
    expect(publishing.publisher.account()).toMatchObject({ published: 9, inDoubt: 6 });
  });

  test('is committed again though it is not full, after the stop instant', async () => {
    const publishing = await startPublisher({ ...transacting(100), ratePerSecond: 10 });
    const { clock, client, channel, done } = publishing;
    await clock.advanceTo(990);
    channel.lose();
    await clock.advanceTo(1191);
    const next = present(client.publishers[1]);
    expect([next.sent.length, next.commits]).toEqual([9, 1]);
    next.answerCommit();
    expect(await hasEnded(done)).toBe(true);
  });

  test('is sent again whole before it is committed, though that takes many turns', async () => {
    const { clock, client, channel } = await startPublisher({
      ...transacting(4),
      payloadBytes: 65_536,
    });
    await clock.advanceTo(1100);
    channel.lose();
    await clock.advanceTo(1302);
    const next = present(client.publishers[1]);
    expect([next.sent.length, next.commits]).toEqual([2, 0]);
    await clock.advanceTo(1310);
    expect([next.sent.length, next.commits]).toEqual([4, 1]);
  });

  test('is confirmed when its commit was answered just before', async () => {
    const publishing = await startPublisher(transacting(3));
    const { clock, client, channel } = publishing;
    await clock.advanceTo(400);
    // The answer and the end come together.
    channel.events.onArrival();
    channel.events.onCommitted?.();
    channel.lose();
    await clock.advanceTo(601);
    expect(confirmedOf(publishing)).toBe(3);
    expect(present(client.publishers[1]).sequences).toEqual([3, 4, 5]);
  });
});
