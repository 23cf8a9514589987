import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { present } from '../support/fake-channel.js';
import { confirming, type Publishing, startPublisher } from './publishing.js';

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

describe('while it has no connection, a publisher', () => {
  test('sends nothing, and afterwards on a schedule what is overdue', async () => {
    const { clock, client, channel } = await startPublisher({ ratePerSecond: 10 });
    await clock.advanceTo(350);
    channel.lose();
    await clock.advanceTo(549);
    expect([channel.sequences, channel.dropped]).toEqual([[0, 1, 2], 0]);
    await clock.advanceTo(650);
    const next = present(client.publishers[1]);
    expect(next.sent.map(({ sentMicros }) => sentMicros)).toEqual([451_000, 451_000, 500_000]);
    expect(next.sequences).toEqual([3, 4, 5]);
  });

  test('sends nothing on a confirm window that has room', async () => {
    const { clock, channel } = await startPublisher(confirming(3));
    await clock.advanceTo(350);
    channel.lose();
    await clock.advanceTo(549);
    expect([channel.sent.length, channel.dropped]).toEqual([3, 0]);
  });

  test('that lost it before the begin instant begins when it is there again', async () => {
    const { clock, client, channel } = await startPublisher(confirming(3));
    await clock.advanceTo(50);
    channel.lose();
    await clock.advanceTo(251);
    expect(channel.sent).toEqual([]);
    expect(present(client.publishers[1]).sequences).toEqual([0, 1, 2]);
  });

  test('forgets that the socket of the one before was full', async () => {
    const { clock, client, channel } = await startPublisher(confirming(3));
    channel.isSocketFull = true;
    await clock.advanceTo(350);
    channel.lose();
    await clock.advanceTo(551);
    expect(present(client.publishers[1]).sent).toHaveLength(3);
  });

  test('tries again after a failure, and counts its attempts', async () => {
    const { clock, client, channel, tally } = await startPublisher(confirming(3));
    await clock.advanceTo(300);
    client.refusals = 1;
    channel.lose();
    await clock.advanceTo(901);
    expect(present(client.publishers[1]).sequences).toEqual([0, 1, 2]);
    expect(tally.connections.record().outages).toMatchObject([
      { attempts: 2, restoredMicros: 900_000 },
    ]);
  });
});

describe('after the stop instant, a publisher', () => {
  test('sends again what is in doubt, and is done when that is confirmed', async () => {
    const { clock, client, channel, done } = await startPublisher(confirming(2));
    await clock.advanceTo(1100);
    channel.lose();
    await clock.advanceTo(1301);
    const next = present(client.publishers[1]);
    expect(next.sequences).toEqual([0, 1]);
    next.confirm(1);
    expect(await hasEnded(done)).toBe(false);
    next.confirm(2);
    expect(await hasEnded(done)).toBe(true);
    expect(next.sent).toHaveLength(2);
  });

  test('sends again all that is in doubt, though its window is smaller', async () => {
    const { clock, client, channel, done } = await startPublisher(confirming(3));
    await clock.advanceTo(999);
    channel.confirm(1);
    channel.lose();
    await clock.advanceTo(1200);
    const next = present(client.publishers[1]);
    expect(next.sequences).toEqual([1, 2, 3]);
    next.confirm(3, true);
    expect(await hasEnded(done)).toBe(true);
  });

  test('waits for a connection no longer than for confirms', async () => {
    const { clock, client, channel, done, publisher } = await startPublisher(confirming(2));
    await clock.advanceTo(990);
    client.refusals = Infinity;
    channel.lose();
    await clock.advanceTo(1499);
    expect(await hasEnded(done)).toBe(false);
    await clock.advanceTo(1500);
    expect(await hasEnded(done)).toBe(true);
    expect(publisher.account()).toMatchObject({ published: 2, inDoubt: 2 });
  });

  test('that has no connection closes nothing, and tries no more', async () => {
    const { clock, client, channel, publisher, done } = await startPublisher(confirming(2));
    await clock.advanceTo(990);
    client.refusals = Infinity;
    channel.lose();
    await clock.advanceTo(1500);
    await done;
    await publisher.close();
    expect([channel.isClosed, vi.getTimerCount()]).toEqual([false, 0]);
  });
});

const happening = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), millis: fc.nat(150) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('confirm' as const, 'refuse' as const),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      multiple: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('lose' as const), refusals: fc.nat(2) }),
  },
);

/** What the broker settled, and what was sent, on all channels together. */
class Broker {
  readonly settled = new Set<number>();
  readonly #publishing: Publishing;
  #isLost = false;
  #known = 1;

  constructor(publishing: Publishing) {
    this.#publishing = publishing;
  }

  get #channel() {
    const { publishers } = this.#publishing.client;
    if (publishers.length > this.#known) this.#isLost = false;
    this.#known = publishers.length;
    return this.#isLost ? undefined : present(publishers.at(-1));
  }

  speak(kind: 'confirm' | 'refuse', share: number, multiple: boolean): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    const tag = Math.ceil(share * channel.sent.length);
    const spoken = channel.sequences.slice(multiple ? 0 : Math.max(0, tag - 1), tag);
    for (const sequence of spoken) this.settled.add(sequence);
    channel[kind](tag, multiple);
  }

  lose(refusals: number): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    this.#isLost = true;
    this.#publishing.client.refusals = refusals;
    channel.lose();
  }
}

test('whatever is lost, a publisher sends all in order, and accounts for all of it', async () => {
  const trial = fc.record({
    happenings: fc.array(happening, { maxLength: 30, size: 'max' }),
    window: fc.integer({ min: 1, max: 40 }),
    onReconnect: fc.constantFrom('republish' as const, 'drop' as const),
  });
  await fc.assert(
    fc.asyncProperty(trial, async ({ happenings, window, onReconnect }) => {
      const publishing = await startPublisher({ ...confirming(window), onReconnect });
      const { clock, client, publisher } = publishing;
      const broker = new Broker(publishing);
      for (const one of happenings) {
        if (one.kind === 'wait') await clock.advanceTo(Date.now() + one.millis);
        else if (one.kind === 'lose') broker.lose(one.refusals);
        else broker.speak(one.kind, one.share, one.multiple);
      }
      const account = publisher.account();
      const everySending = client.publishers.flatMap(({ sequences }) => sequences);
      const firsts = [...new Set(everySending)];
      expect(firsts).toEqual(Array.from({ length: account.published }, (_, i) => i));
      for (const { sequences, dropped } of client.publishers) {
        expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
        expect(dropped).toBe(0);
      }
      expect(account.inDoubt).toBe(account.published - broker.settled.size);
      expect(SequenceSet.fromPlain(account.confirmed).size + account.nacked).toBe(
        broker.settled.size,
      );
      const republished = SequenceBag.fromPlain(account.republished).size;
      expect(republished).toBe(everySending.length - firsts.length);
      if (onReconnect === 'drop') expect(republished).toBe(0);
    }),
    { numRuns: 100 },
  );
});
