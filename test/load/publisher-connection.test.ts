import { afterEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { columnOf } from '../../src/measure/counters.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { FakeClient, present } from '../support/fake-channel.js';
import { confirming, startPublisher } from './publishing.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a message that the broker gives back', () => {
  test('is returned, and confirmed too', async () => {
    const { clock, channel, publisher } = await startPublisher({
      ...confirming(3),
      mandatory: true,
    });
    await clock.advanceTo(400);
    channel.giveBack(1);
    channel.confirm(2, true);
    const { returned, confirmed } = publisher.account();
    expect(SequenceSet.fromPlain(returned).ranges()).toEqual([{ first: 1, last: 1 }]);
    expect(SequenceSet.fromPlain(confirmed).ranges()).toEqual([{ first: 0, last: 1 }]);
  });

  test('is asked for only when messages are mandatory', async () => {
    const given = [true, false].map((mandatory) => startPublisher({ mandatory }));
    const asked = (await Promise.all(given)).map(({ channel }) => channel.options.mandatory);
    expect(asked).toEqual([true, false]);
  });

  test('counts once, though it is given back again after it was sent again', async () => {
    const { clock, client, channel, publisher } = await startPublisher({
      ...confirming(2),
      mandatory: true,
    });
    await clock.advanceTo(400);
    channel.giveBack(0);
    channel.lose();
    await clock.advanceTo(601);
    present(client.publishers[1]).giveBack(0);
    expect(SequenceSet.fromPlain(publisher.account().returned).size).toBe(1);
  });
});

describe('while the broker blocks its connection, a publisher', () => {
  test('notes why and for how long', async () => {
    const { clock, channel, tally } = await startPublisher(confirming(3));
    await clock.advanceTo(400);
    channel.events.onBlocked?.('low on memory');
    expect(tally.counters[columnOf.blocked]).toBe(1);
    await clock.advanceTo(700);
    channel.events.onUnblocked?.();
    expect(tally.counters[columnOf.blocked]).toBe(0);
    expect(tally.connections.record().blockages).toEqual([
      { id: 7, reason: 'low on memory', sinceMicros: 400_000, untilMicros: 700_000 },
    ]);
  });
});

describe('a publisher that closes', () => {
  test('closes its connection, after which no loss is remade', async () => {
    const { clock, client, channel, publisher } = await startPublisher(confirming(3));
    await clock.advanceTo(1600);
    await publisher.close();
    channel.lose();
    await clock.advanceTo(20_000);
    expect([channel.isClosed, client.publishers.length]).toEqual([true, 1]);
  });

  test('tells of a close that fails as an outage, and is content', async () => {
    const { clock, channel, publisher, tally } = await startPublisher(confirming(3));
    await clock.advanceTo(1600);
    channel.closeError = new BrokerError('no answer');
    await publisher.close();
    expect(tally.connections.record().outages).toEqual([
      {
        id: 7,
        reason: 'no answer',
        lostMicros: 1_600_000,
        restoredMicros: undefined,
        attempts: 0,
        inDoubt: 3,
      },
    ]);
    expect(tally.counters[columnOf.down]).toBe(0);
    expect(publisher.account().inDoubt).toBe(3);
  });

  test('takes confirms that come until it is closed', async () => {
    const { clock, channel, publisher } = await startPublisher(confirming(3));
    await clock.advanceTo(1600);
    const closed = publisher.close();
    channel.confirm(2, true);
    await closed;
    expect(publisher.account()).toMatchObject({ published: 3, inDoubt: 1 });
  });

  test('discards a connection that comes afterwards', async () => {
    const { clock, client, channel, publisher } = await startPublisher(confirming(3));
    await clock.advanceTo(1600);
    channel.lose();
    let open: () => void = () => {};
    client.opening = new Promise((resolve) => {
      open = resolve;
    });
    await clock.advanceTo(1800);
    await publisher.close();
    open();
    await clock.advanceTo(20_000);
    expect(client.publishers.map(({ isClosed, sent }) => [isClosed, sent.length])).toEqual([
      [false, 3],
      [true, 0],
    ]);
  });
});

test('a publisher that cannot connect at first says so', async () => {
  const client = new FakeClient();
  client.refusals = 1;
  await expect(startPublisher({}, 0, client)).rejects.toThrow('refused');
});
