import { describe, expect, test } from 'vitest';
import { openPublisher, type PublisherSettings, publish } from '../../support/opened-clients.js';
import { type Peer, type Received, scriptedBroker } from './scripted-broker.js';
import {
  confirm,
  type Greeting,
  greetPublisher,
  greetWithChannel,
  ok,
  returned,
  sayGoodbye,
} from './scripts.js';

/** A publisher, and the broker's end of its connection. */
async function publishing(settings: PublisherSettings = {}, greeting: Greeting = {}) {
  const broker = await scriptedBroker(async (peer) => {
    await greetPublisher(peer, greeting);
    await sayGoodbye(peer);
  });
  const opened = await openPublisher(broker.url, settings);
  return { ...opened, peer: await broker.peer() };
}

interface Message {
  readonly method: Received;
  readonly header: Received;
  readonly parts: readonly Received[];
  readonly body: Buffer;
}

/** What came between the channel's preparation and its end. */
function messagesIn({ received }: Peer): Message[] {
  const starts = [...received.keys()].filter((i) => received[i]?.name === 'basic.publish');
  return starts.map((start) => {
    const [method, header, ...rest] = received.slice(start) as [Received, Received, ...Received[]];
    const end = rest.findIndex(({ name }) => name !== 'body');
    const parts = rest.slice(0, end);
    return { method, header, parts, body: Buffer.concat(parts.map(({ payload }) => payload)) };
  });
}

describe('a published message', () => {
  test('says exchange, routing key and whether it is mandatory', async () => {
    const { publisher, peer } = await publishing({
      exchange: 'é',
      routingKey: 'k',
      mandatory: true,
    });
    publish(publisher, 'x');
    await publisher.close();
    expect(messagesIn(peer)[0]?.method).toMatchObject({
      channel: 1,
      fields: { exchange: 'é', routingKey: 'k', mandatory: true, immediate: false },
    });
  });

  test('has the head that all bodies have, zeros, and what was written for it alone', async () => {
    const { publisher, peer } = await publishing({
      payloadBytes: 8,
      bodyHead: Buffer.from('head'),
    });
    publish(publisher, '');
    publisher.buffer[publisher.bodyOffset + 7] = 1;
    publisher.publish();
    await publisher.close();
    expect(messagesIn(peer).map(({ body }) => body)).toEqual([
      Buffer.from('head\0\0\0\0'),
      Buffer.from('head\0\0\0\x01'),
    ]);
  });

  test('is sent by the time it is flushed, and not again', async () => {
    const { publisher, peer } = await publishing();
    publish(publisher, 'now');
    publisher.flush();
    publisher.flush();
    await expect.poll(() => peer.received.at(-1)?.name).toBe('body');
    await publisher.close();
    expect(messagesIn(peer)).toHaveLength(1);
  });

  test('is one of many, each whole and in order, however many go in one write', async () => {
    const { publisher, peer } = await publishing();
    const texts = Array.from({ length: 5000 }, (_, i) => `message ${i}`.padEnd(16));
    texts.forEach((text, i) => {
      publish(publisher, text);
      if (i % 777 === 0) publisher.flush();
    });
    await publisher.close();
    expect(messagesIn(peer).map(({ body }) => body.toString())).toEqual(texts);
  });

  test('may be empty', async () => {
    const { publisher, peer } = await publishing({ payloadBytes: 0 });
    for (let i = 0; i < 3; i++) publisher.publish();
    await publisher.close();
    const messages = messagesIn(peer);
    expect(messages).toHaveLength(3);
    expect(messages.map(({ parts }) => parts.length)).toEqual([0, 0, 0]);
    expect(messages[0]?.header.payload.readBigUInt64BE(4)).toBe(0n);
  });

  test('is cut into frames of the size that was agreed on', async () => {
    const { publisher, peer } = await publishing({ payloadBytes: 300_000 }, { frameMax: 4096 });
    for (const text of ['first', 'second']) publish(publisher, text);
    await publisher.close();
    const messages = messagesIn(peer);
    expect(messages.map(({ body }) => body.length)).toEqual([300_000, 300_000]);
    expect(messages.map(({ body }) => body.toString('latin1', 0, 6))).toEqual([
      'first\0',
      'second',
    ]);
    const lengths = messages.flatMap(({ parts }) => parts.map(({ payload }) => payload.length + 8));
    expect(Math.max(...lengths)).toBe(4096);
  });
});

describe('what the broker says of messages', () => {
  test('is told in order, between an arrival and its end', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      await peer.until('body');
      const back = returned(Buffer.from('nowhere to go'));
      peer.send(back, confirm('basic.ack', 1), confirm('basic.nack', 3, true));
    });
    const { publisher, told } = await openPublisher(broker.url);
    publish(publisher, 'x');
    publisher.flush();
    await told.until('confirm', 2);
    expect(told.all.slice(told.all.findIndex(([name]) => name === 'return') - 1)).toEqual([
      ['arrival'],
      ['return', 'nowhere to go', 13],
      ['confirm', 1, false, true],
      ['confirm', 3, true, false],
      ['arrival end'],
    ]);
  });

  test('may hold tags far above what four bytes count', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.send(confirm('basic.ack', 2 ** 40 + 7, true));
    });
    const { told } = await openPublisher(broker.url);
    expect(await told.until('confirm')).toEqual([['confirm', 2 ** 40 + 7, true, true]]);
  });

  test('about all of its connections is that they are blocked, why, and no longer', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.send(ok('connection.blocked', 0).shortString('low on memory'));
      peer.send(ok('connection.unblocked', 0));
    });
    const { told } = await openPublisher(broker.url);
    await told.until('unblocked');
    const ours = told.all.filter(([name]) => !name.startsWith('arrival'));
    expect(ours).toEqual([['blocked', 'low on memory'], ['unblocked']]);
  });

  test('about the flow on the channel is answered', async () => {
    const broker = await scriptedBroker(async (peer) => {
      await greetPublisher(peer);
      peer.send(ok('channel.flow').bits(false));
      peer.send(ok('channel.flow').bits(true));
      await sayGoodbye(peer);
    });
    const { publisher } = await openPublisher(broker.url);
    const { received } = await broker.peer();
    await expect
      .poll(() => received.filter(({ name }) => name === 'channel.flow-ok'))
      .toHaveLength(2);
    expect(received.slice(-2).map(({ fields }) => fields)).toEqual([
      { active: false },
      { active: true },
    ]);
    await publisher.close();
  });
});

test('a commit is sent after what it commits, and resolves when the broker has taken it', async () => {
  const broker = await scriptedBroker(async (peer) => {
    await greetWithChannel(peer);
    await peer.expect('tx.select');
    peer.send(ok('tx.select-ok'));
    for (let i = 0; i < 2; i++) {
      for (const name of ['basic.publish', 'header', 'body', 'tx.commit']) await peer.expect(name);
      peer.send(ok('tx.commit-ok'));
    }
    await sayGoodbye(peer);
  });
  const { publisher } = await openPublisher(broker.url, { guarantee: 'transaction' });
  publish(publisher, 'one');
  await publisher.commit();
  publish(publisher, 'two');
  await publisher.commit();
  await publisher.close();
  const { received } = await broker.peer();
  expect(received.filter(({ name }) => name === 'tx.commit')).toHaveLength(2);
});
