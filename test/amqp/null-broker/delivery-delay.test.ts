import { describe, expect, onTestFinished, test } from 'vitest';
import { startNullBroker } from '../../../src/amqp/null-broker/null-broker.js';
import type { NullBrokerOptions } from '../../../src/amqp/null-broker/options.js';
import { noLies } from '../../support/random-lies.js';
import { brokerFor, channelWith, Inbox, send } from './support/amqplib-connection.js';

const delayMicros = 5000;

/** A broker that delays, and whose time passes and turns come only when the test says so. */
async function delayingBroker() {
  let nowMicros = 0;
  let turns: (() => void)[] = [];
  const polling = {
    clock: { nowMicros: () => nowMicros },
    inNextTurn: (poll: () => void) => void turns.push(poll),
  };
  const options: NullBrokerOptions = { mode: 'loop', deliveryDelayMicros: delayMicros };
  const broker = await startNullBroker(options, undefined, polling);
  onTestFinished(() => broker.stop());
  const at = (micros: number) => {
    nowMicros = micros;
    const due = turns;
    turns = [];
    for (const poll of due) poll();
  };
  return { broker, at, isPolling: () => turns.length > 0 };
}

/** The delaying broker with a publisher and a consumer that acknowledges nothing. */
async function delayedLoop() {
  const delaying = await delayingBroker();
  const publisher = await channelWith(delaying.broker, 'q');
  const consumer = await channelWith(delaying.broker, 'q');
  const inbox = await Inbox.of(consumer, 'q');
  /** What has come; the answer comes behind everything that the broker had sent before. */
  const received = async () => {
    await consumer.checkQueue('q');
    return inbox.texts;
  };
  return { ...delaying, publisher, consumer, inbox, received };
}

describe('a broker with a delay', () => {
  test('hands nothing out before its time', async () => {
    const { publisher, received, at } = await delayedLoop();
    await send(publisher, 'q', 'a', 'b');
    at(delayMicros - 1);
    expect(await received()).toEqual([]);
  });

  test('hands everything out when its time has come, in order', async () => {
    const { publisher, received, at } = await delayedLoop();
    await send(publisher, 'q', 'a', 'b', 'c');
    at(delayMicros);
    expect(await received()).toEqual(['a', 'b', 'c']);
  });

  test('counts the time of each message from when that one came', async () => {
    const { publisher, received, at } = await delayedLoop();
    await send(publisher, 'q', 'a');
    at(2000);
    await send(publisher, 'q', 'b');
    at(delayMicros + 1999);
    expect(await received()).toEqual(['a']);
    at(delayMicros + 2000);
    expect(await received()).toEqual(['a', 'b']);
  });

  test('confirms without waiting', async () => {
    const { broker, publisher } = await delayedLoop();
    await send(publisher, 'q', 'a');
    expect(broker.counts()).toMatchObject({ confirmed: 1, delivered: 0 });
  });

  test('asks the clock only while something waits', async () => {
    const { publisher, isPolling, at } = await delayedLoop();
    expect(isPolling()).toBe(false);
    await send(publisher, 'q', 'a');
    expect(isPolling()).toBe(true);
    at(delayMicros - 1);
    expect(isPolling()).toBe(true);
    at(delayMicros);
    expect(isPolling()).toBe(false);
  });

  test('lets nobody fetch what still waits', async () => {
    const { broker, at } = await delayingBroker();
    const channel = await channelWith(broker, 'q');
    await send(channel, 'q', 'a');
    expect(await channel.get('q')).toBe(false);
    at(delayMicros);
    expect(await channel.get('q')).toMatchObject({ content: Buffer.from('a') });
  });

  test('does not let a message wait again that was put back', async () => {
    const { publisher, consumer, inbox, received, at } = await delayedLoop();
    await send(publisher, 'q', 'a');
    at(delayMicros);
    const [message] = await inbox.holds(1);
    if (message) consumer.nack(message, false, true);
    expect(await received()).toEqual(['a', 'a']);
  });

  test('lets what comes after a purge wait for its own time', async () => {
    const { publisher, received, at } = await delayedLoop();
    await send(publisher, 'q', 'a', 'b');
    expect(await publisher.purgeQueue('q')).toEqual({ messageCount: 2 });
    at(2000);
    await send(publisher, 'q', 'c');
    at(delayMicros);
    expect(await received()).toEqual([]);
    at(delayMicros + 2000);
    expect(await received()).toEqual(['c']);
  });

  test('outlives a queue that is deleted while messages wait in it', async () => {
    const { broker, publisher, at } = await delayedLoop();
    await send(publisher, 'q', 'a');
    await publisher.deleteQueue('q');
    at(delayMicros);
    expect(broker.counts()).toMatchObject({ delivered: 0 });
  });

  test('tells how long messages really waited', async () => {
    const { broker, publisher, at } = await delayedLoop();
    await send(publisher, 'q', 'a');
    at(delayMicros + 12);
    expect(broker.delays()).toEqual({
      count: 1,
      medianMicros: delayMicros + 12,
      p99Micros: delayMicros + 12,
      maxMicros: delayMicros + 12,
    });
  });

  test('does not start where it hands no messages on, and not with lies', async () => {
    const options = { deliveryDelayMicros: delayMicros };
    await expect(startNullBroker({ mode: 'sink', ...options })).rejects.toThrow(RangeError);
    await expect(startNullBroker({ mode: 'loop', lies: noLies, ...options })).rejects.toThrow(
      RangeError,
    );
  });
});

test('a broker without a delay knows of none', async () => {
  const broker = await brokerFor();
  expect(() => broker.delays()).toThrow('started with a delay');
});
