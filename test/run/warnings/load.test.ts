import { describe, expect, test } from 'vitest';
import { publisherRecord } from '../finished-trial.js';
import { firstText, type Given, kinds, warnings } from './judged.js';

const fixed = 'name: a\npublishers: { count: 4, rate: 250/s }';

describe('a missed rate', () => {
  const given = (publishedPerSecond: number, changes: Given = {}): Given => ({
    profile: fixed,
    perSecond: publishedPerSecond,
    throughput: { offeredPerSecond: 1000 },
    ...changes,
  });

  test.each([
    [990, []],
    [989, ['rate-missed']],
  ])('is one below 99 %% of what was due: %d of 1000', (published, expected) => {
    expect(kinds(given(published))).toEqual(expected);
  });

  test('is told with what was due and what was published', () => {
    expect(firstText(given(612))).toContain('612/s were published of 1000/s that were due');
  });

  test.each([
    [0, /overloaded system\. Lower the rate/],
    [1, /1 message that was due never left, and has no latency\. Lower/],
    [3880, /3880 messages that were due never left, and have no latency\. Lower/],
  ])('is told with the %d messages that were never sent', (unsent, text) => {
    expect(firstText(given(612, { unsent }))).toMatch(text);
  });

  test.each([
    [0.7, []],
    [0.6, ['rate-missed']],
  ])('is none when no more than three messages are missing: %d/s', (rate, expected) => {
    // Ten messages were due, of which a few may be on the other side of an instant.
    const profile = 'name: a\npublishers: { count: 4, rate: { total: 1/s } }';
    const throughput = { offeredPerSecond: 1 };
    expect(kinds({ profile, perSecond: rate, throughput })).toEqual(expected);
  });

  test('is one also where each of many publishers misses no more than a message', () => {
    const profile = 'name: a\npublishers: { count: 2000, rate: { total: 2k/s } }';
    const throughput = { offeredPerSecond: 2000 };
    expect(kinds({ profile, perSecond: 1810, throughput })).toEqual(['rate-missed']);
  });

  test.each([
    ['{ window: 10 }', /Lower the rate, or widen the confirm window\.$/],
    ['{ transaction: 10 }', /Lower the rate, or use larger transactions, or more publishers\.$/],
    ['none', /system\. Lower the rate\.$/],
  ])('says what to do about it with confirm %s', (confirm, hint) => {
    const profile = `name: a\npublishers: { rate: 1k/s, confirm: ${confirm} }`;
    expect(firstText(given(612, { profile }))).toMatch(hint);
  });

  test('cannot be at rate max', () => {
    expect(kinds({ profile: 'name: a\npublishers: { rate: max }', perSecond: 0 })).toEqual([]);
  });
});

describe('growing lateness', () => {
  test('is told with how late messages were at first and in the end, over all threads', () => {
    const messages = Array(10).fill(100);
    const growing = { messages, sumMicros: messages.map((count, i) => count * (i + 1) * 20_000) };
    const publishers = [
      publisherRecord({ lagByPart: growing }),
      publisherRecord({ lagByPart: { messages, sumMicros: Array(10).fill(0) } }),
    ];
    const [warning] = warnings({ profile: fixed, finished: { publishers } });
    expect(warning?.kind).toBe('lag-growing');
    expect(warning?.text).toContain('20.0 ms after they were due at first, 90.0 ms in the end');
  });

  test('is not told of messages that are all on time', () => {
    const lagByPart = { messages: Array(10).fill(100), sumMicros: Array(10).fill(900) };
    const publishers = [publisherRecord({ lagByPart })];
    expect(kinds({ profile: fixed, finished: { publishers } })).toEqual([]);
  });
});

describe('queues that grow', () => {
  const given = (consumedPerSecond: number, profile = fixed): Given => ({
    profile,
    throughput: { offeredPerSecond: 1000, consumedPerSecond },
  });

  test.each([
    [980, []],
    [979, ['queues-grew']],
  ])(
    'are told when consumers get less than 98 %% of what is published: %d',
    (consumed, expected) => {
      expect(kinds(given(consumed))).toEqual(expected);
    },
  );

  test('are not told of when no more than three messages are missing', () => {
    const profile = 'name: a\npublishers: { count: 4, rate: { total: 1/s } }';
    const consuming = (consumedPerSecond: number) =>
      kinds({ profile, perSecond: 1, throughput: { offeredPerSecond: 1, consumedPerSecond } });
    expect(consuming(0.7)).toEqual([]);
    expect(consuming(0.6)).toEqual(['queues-grew']);
  });

  describe('where a quarter of the publishers reach no queue', () => {
    const profile = 'name: a\npublishers: { count: 4, rate: 250/s, unroutable: 1 }';

    test.each([
      [735, []],
      [734, ['queues-grew']],
    ])('are told by what is published to queues: %d', (consumed, expected) => {
      expect(kinds(given(consumed, profile))).toEqual(expected);
    });

    test('are told with what was published to queues', () => {
      expect(firstText(given(500, profile))).toContain(
        '500/s were consumed of 750/s published to queues',
      );
    });
  });

  test.each([
    [1470, []],
    [1469, ['queues-grew']],
  ])('are told by what comes back, too, where half is given back: %d', (consumed, expected) => {
    const profile = `${fixed}\nconsumers: { nack: { share: 50%, requeue: true } }`;
    expect(kinds(given(consumed, profile))).toEqual(expected);
  });

  test.each([
    [600, []],
    [599, ['queues-grew']],
  ])('are not told of for what waits in open transactions: %d', (consumed, expected) => {
    const profile =
      'name: a\npublishers: { count: 4, rate: 250/s, confirm: { transaction: 1000 } }';
    expect(kinds(given(consumed, profile))).toEqual(expected);
  });

  test('are not told of while the rate changes, for consumers are a moment behind', () => {
    const profile = 'name: a\npublishers: { rate: { total: [{ for: 10s, from: 0/s, to: 2k/s }] } }';
    expect(kinds(given(940, profile))).toEqual([]);
  });

  test.each([
    ['{ prefetch: 10 }', /Lower the rate, or raise the prefetch\.$/],
    ['{ ack: none }', /how long\. Lower the rate\.$/],
    ['{ prefetch: 0 }', /how long\. Lower the rate\.$/],
  ])('say what to do about them with consumers %s', (consumers, hint) => {
    expect(firstText(given(500, `${fixed}\nconsumers: ${consumers}`))).toMatch(hint);
  });

  test('are what rate max is about', () => {
    expect(kinds({ throughput: { consumedPerSecond: 1 } })).toEqual([]);
  });
});
