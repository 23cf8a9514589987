import { describe, expect, test } from 'vitest';
import { settings } from './reading.js';

describe('a profile that says no more than its name', () => {
  test('gets every default', () => {
    expect(settings('name: a')).toEqual({
      target: { kind: 'testbed', nodes: 3, loadBalancers: 1, balance: 'roundrobin', tls: false },
      connect: 'load-balancer',
      client: 'wire',
      queues: {
        layout: 'direct',
        count: 1,
        type: 'classic',
        mirrors: 'none',
        durable: true,
        arguments: {},
      },
      publishers: {
        count: 1,
        rate: { kind: 'max' },
        arrivals: 'constant',
        payloadBytes: 12,
        persistent: false,
        confirm: { kind: 'window', window: 1000 },
        mandatory: false,
        unroutable: 0,
        onReconnect: 'republish',
      },
      consumers: {
        count: 1,
        prefetch: 100,
        acknowledge: { kind: 'every', every: 1 },
        nack: { share: 0, requeue: true },
        workMicros: 0,
        ratePerSecond: undefined,
      },
      measure: { warmupMicros: 3e6, durationMicros: 10e6, drainLimitMicros: 30e6 },
    });
  });
});

describe('quantities are read with their units', () => {
  test.each([
    ['12', 12],
    ['12B', 12],
    ['1KiB', 1024],
    ['1.5MiB', 1_572_864],
    ['128MiB', 134_217_728],
  ])('size %s is %d bytes', (size, bytes) => {
    expect(settings(`name: a\npublishers: { size: ${size} }`).publishers.payloadBytes).toBe(bytes);
  });

  test.each([
    ['max', { kind: 'max' }],
    ['5k/s', { kind: 'each', perSecond: 5000 }],
    ['200', { kind: 'each', perSecond: 200 }],
    ['{ total: 1.35M/s }', { kind: 'total', perSecond: 1_350_000 }],
    ['{ total: 600 }', { kind: 'total', perSecond: 600 }],
  ])('rate %s', (rate, expected) => {
    expect(settings(`name: a\npublishers: { rate: ${rate} }`).publishers.rate).toEqual(expected);
  });

  test.each([
    ['0s', 0],
    ['250ms', 250_000],
    ['1.5m', 90_000_000],
    ['1h', 3_600_000_000],
  ])('warm-up %s is %d µs', (warmup, micros) => {
    expect(settings(`name: a\nmeasure: { warmup: ${warmup} }`).measure.warmupMicros).toBe(micros);
  });

  test.each([
    ['5%', 0.05],
    ['0.1%', 0.001],
    ['100%', 1],
    ['0%', 0],
    ['0.25', 0.25],
    ['1', 1],
  ])('share %s is %d', (share, part) => {
    expect(settings(`name: a\nconsumers: { nack: { share: ${share} } }`).consumers.nack.share).toBe(
      part,
    );
  });
});

describe('acknowledgements and confirms', () => {
  test.each([
    ['none', { kind: 'none' }],
    ['each', { kind: 'every', every: 1 }],
    ['{ every: 50 }', { kind: 'every', every: 50 }],
  ])('ack %s', (ack, expected) => {
    expect(settings(`name: a\nconsumers: { ack: ${ack} }`).consumers.acknowledge).toEqual(expected);
  });

  test.each([
    ['none', { kind: 'none' }],
    ['{ window: 1 }', { kind: 'window', window: 1 }],
    ['{ transaction: 65536 }', { kind: 'transaction', messages: 65_536 }],
  ])('confirm %s', (confirm, expected) => {
    expect(settings(`name: a\npublishers: { confirm: ${confirm} }`).publishers.confirm).toEqual(
      expected,
    );
  });

  test.each([
    ['none', { share: 0, requeue: true }],
    ['{ share: 5% }', { share: 0.05, requeue: true }],
    ['{ share: 0.5, requeue: false }', { share: 0.5, requeue: false }],
  ])('nack %s', (nack, expected) => {
    expect(settings(`name: a\nconsumers: { nack: ${nack} }`).consumers.nack).toEqual(expected);
  });

  test('nothing is given back with ack none as long as the share is none', () => {
    const { nack } = settings('name: a\nconsumers: { ack: none, nack: { share: 0% } }').consumers;
    expect(nack.share).toBe(0);
  });

  test('an ack may be rarer than any prefetch when prefetch 0 sets no limit', () => {
    const { consumers } = settings('name: a\nconsumers: { prefetch: 0, ack: { every: 1000 } }');
    expect(consumers.acknowledge).toEqual({ kind: 'every', every: 1000 });
  });
});

describe('publishers', () => {
  test('may send what the broker returns, and drop what was in doubt', () => {
    const text = 'name: a\npublishers: { mandatory: true, unroutable: 1, onReconnect: drop }';
    expect(settings(text).publishers).toMatchObject({
      mandatory: true,
      unroutable: 1,
      onReconnect: 'drop',
    });
  });

  test('may all be unroutable, as many as there are queues if no count is given', () => {
    const text = 'name: a\nqueues: { count: 3 }\npublishers: { unroutable: 3 }';
    expect(settings(text).publishers).toMatchObject({ count: 3, unroutable: 3 });
  });
});

describe('consumers', () => {
  test('may be busy with each message, and take no more than so many', () => {
    const { workMicros, ratePerSecond } = settings(
      'name: a\nconsumers: { work: 5ms, rate: 1.5k/s }',
    ).consumers;
    expect([workMicros, ratePerSecond]).toEqual([5000, 1500]);
  });

  test('have no limit at rate max, with ack none and any prefetch', () => {
    const text = 'name: a\nconsumers: { rate: max, work: 0s, ack: none, prefetch: 0 }';
    expect(settings(text).consumers).toMatchObject({ workMicros: 0, ratePerSecond: undefined });
  });
});

describe('the target', () => {
  test('may be a cluster of the user, with its addresses', () => {
    const text = `
name: a
connect: spread
target:
  url: amqp://guest@lb/bench
  management: http://lb:15672
  nodes: [amqp://one/bench, amqp://two/bench]`;
    expect(settings(text).target).toEqual({
      kind: 'attached',
      urls: ['amqp://guest@lb/bench'],
      tls: undefined,
      managementUrl: 'http://lb:15672',
      nodeUrls: ['amqp://one/bench', 'amqp://two/bench'],
    });
  });

  test('may have several addresses to connect to', () => {
    const text = 'name: a\ntarget: { url: [amqps://one, amqps://two] }';
    expect(settings(text).target).toMatchObject({ urls: ['amqps://one', 'amqps://two'] });
  });

  test('may be a testbed without a load balancer when connections are spread', () => {
    const text = 'name: a\nconnect: spread\ntarget: { testbed: { nodes: 2, loadBalancers: 0 } }';
    expect(settings(text).target).toMatchObject({ nodes: 2, loadBalancers: 0 });
  });
});
