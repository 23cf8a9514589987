import { describe, expect, test } from 'vitest';
import type { NullBroker } from '../../../src/amqp/null-broker/null-broker.js';
import { messageFrames } from '../../../src/amqp/protocol/content-frames.js';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import type { MethodName } from '../../../src/amqp/protocol/methods.js';
import { noLies, randomLies } from '../../support/random-lies.js';
import { brokerFor, channelWith, closingErrorOf, Inbox } from './support/amqplib-connection.js';
import { expectTheTruth, trialWith } from './support/lying-trial.js';
import { declareFrame, publishFrame, RawConnection } from './support/raw-connection.js';
import { stampedBody } from './support/stamped-body.js';

describe('the truth', () => {
  for (let seed = 1; seed <= 12; seed++) {
    test(`is what two publishers and two consumers saw, with random lies of seed ${seed}`, async () => {
      const plan = { noAck: seed % 2 === 0, consumesAfterwards: seed % 3 === 0 };
      expectTheTruth(await trialWith(randomLies(seed), { ...plan, publish: { mandatory: true } }));
    });
  }

  test('is what all lies at once come to', async () => {
    const often = 0.02;
    const trial = await trialWith(
      {
        drop: often,
        nack: often,
        nackAndKeep: often,
        duplicate: often,
        repeatFlagged: often,
        swap: often,
        deadLetter: often,
        returnRoutable: often,
        closeConnection: often / 4,
        closeChannel: often / 4,
        block: often / 4,
      },
      { publish: { mandatory: true } },
    );
    expectTheTruth(trial);
  });
});

describe('the fates of messages', () => {
  async function fatesWith(seed: number, consumesAfterwards: boolean) {
    const lies = { seed, drop: 0.1, nack: 0.1, duplicate: 0.1, swap: 0.1, deadLetter: 0.1 };
    const { truth } = await trialWith(lies, { messages: 50, consumesAfterwards });
    return truth.log
      .flatMap((entry) => (entry.kind === 'received' ? [entry] : []))
      .map(({ publisher, sequence, fate }) => `${publisher}:${sequence} ${fate}`)
      .sort();
  }

  test('are the same with the same seed, however sockets are read', async () => {
    expect(await fatesWith(7, true)).toEqual(await fatesWith(7, false));
  });

  test('are others with another seed', async () => {
    expect(await fatesWith(7, true)).not.toEqual(await fatesWith(8, true));
  });
});

describe('a message of a lying broker', () => {
  test('that is queued twice comes back marked when one copy is given back', async () => {
    const broker = await brokerFor({ lies: { ...noLies, duplicate: 1 } });
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q');
    channel.sendToQueue('q', stampedBody({ publisher: 1, sequence: 0 }));
    const [first, second] = await inbox.holds(2);
    expect([first?.fields.redelivered, second?.fields.redelivered]).toEqual([false, false]);
    if (first) channel.nack(first, false, true);
    const [, , third] = await inbox.holds(3);
    expect(third?.fields.redelivered).toBe(true);
    expect(broker.truth().figures).toMatchObject({ delivered: 3, redelivered: 1, duplicated: 1 });
  });

  test('comes back unmarked when a broker says nothing of it', async () => {
    const broker = await brokerFor({ lies: { ...noLies, requeueUnflagged: true } });
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q');
    channel.sendToQueue('q', stampedBody({ publisher: 1, sequence: 0 }));
    const [first] = await inbox.holds(1);
    if (first) channel.nack(first, false, true);
    const [, second] = await inbox.holds(2);
    expect(second?.fields.redelivered).toBe(false);
    expect(broker.truth().figures).toMatchObject({ redelivered: 0, duplicated: 1 });
  });

  test('is dead-lettered once, with all its properties', async () => {
    const broker = await brokerFor({ lies: { ...noLies, deadLetter: 1 } });
    const channel = await channelWith(broker, 'q');
    const inbox = await Inbox.of(channel, 'q', { noAck: true });
    const properties = { contentType: 'text/plain', headers: { own: 1 }, messageId: 'id' };
    channel.sendToQueue('q', stampedBody({ publisher: 1, sequence: 0 }), properties);
    const [, dead] = await inbox.holds(2);
    expect(dead?.properties).toMatchObject({ ...properties, headers: { own: 1 } });
    expect(dead?.properties.headers?.['x-death']).toMatchObject([{ count: 1, queue: 'q' }]);
    expect(dead?.fields.redelivered).toBe(false);
    expect((await channel.checkQueue('q')).messageCount).toBe(0);
  });

  test('may be bound to nothing, and is known all the same', async () => {
    const broker = await brokerFor({ lies: noLies });
    const channel = await channelWith(broker, 'q');
    channel.sendToQueue('nowhere', stampedBody({ publisher: 1, sequence: 0 }));
    await channel.waitForConfirms();
    expect(broker.truth().figures).toMatchObject({ confirmed: 1, neverDelivered: 1, returned: 0 });
  });

  test('must have a stamp', async () => {
    const broker = await brokerFor({ lies: noLies });
    const channel = await channelWith(broker, 'q');
    const closing = closingErrorOf(channel);
    channel.sendToQueue('q', Buffer.from('short'));
    expect((await closing).message).toContain('stamp');
  });

  test('counts as purged when nobody came for it', async () => {
    const broker = await brokerFor({ lies: noLies });
    const channel = await channelWith(broker, 'q');
    channel.sendToQueue('q', stampedBody({ publisher: 1, sequence: 0 }));
    await channel.waitForConfirms();
    await channel.purgeQueue('q');
    expect(broker.truth().figures).toMatchObject({ purged: 1, neverDelivered: 1 });
  });
});

describe('a transaction with a lying broker', () => {
  const method = (name: MethodName) => new MethodFrame(1, name).bytes();

  function messages(count: number): Buffer[] {
    return Array.from({ length: count }, (_, sequence) => {
      const body = stampedBody({ publisher: 1, sequence });
      return messageFrames(publishFrame('q'), { channel: 1, properties: {}, body }, 4096).bytes;
    });
  }

  async function transactional(broker: NullBroker): Promise<RawConnection> {
    const raw = await RawConnection.open(broker.port);
    raw.send(declareFrame('q'), method('tx.select'));
    await raw.next('queue.declare-ok');
    await raw.next('tx.select-ok');
    return raw;
  }

  test('is confirmed as a whole by its commit, also what is dropped', async () => {
    const broker = await brokerFor({ lies: { ...noLies, drop: 0.5, nack: 0.5 } });
    const raw = await transactional(broker);
    raw.send(...messages(20), method('tx.commit'));
    await raw.next('tx.commit-ok');
    const { figures, log } = broker.truth();
    expect(figures).toMatchObject({ confirmed: 20, nacked: 0 });
    const dropped = log.filter(({ kind }) => kind === 'dropped').length;
    expect(dropped).toBeGreaterThan(0);
    expect(dropped).toBeLessThan(20);
  });

  test('is not received before its commit', async () => {
    const broker = await brokerFor({ lies: noLies });
    const raw = await transactional(broker);
    raw.send(...messages(20), method('tx.rollback'));
    await raw.next('tx.rollback-ok');
    expect(broker.truth().log).toEqual([]);
  });

  test('is told as confirmed exactly if its commit is answered before the channel ends', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const broker = await brokerFor({ lies: { ...noLies, seed, closeChannel: 0.05 } });
      const raw = await transactional(broker);
      raw.send(
        ...messages(20),
        method('tx.commit'),
        new MethodFrame(2, 'channel.open').shortString('').bytes(),
      );
      const names = await raw.namesUntil('channel.open-ok');
      const answered = names.includes('tx.commit-ok');
      expect(broker.truth().figures.confirmed).toBe(answered ? 20 : 0);
    }
  });
});
