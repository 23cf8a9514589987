import { describe, expect, test } from 'vitest';
import { settings } from './reading.js';

describe('a profile that says no more than its name', () => {
  test('gets every default', () => {
    expect(settings('name: a')).toEqual({
      target: { kind: 'testbed', nodes: 3, loadBalancers: 1, balance: 'roundrobin' },
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
        payloadBytes: 12,
        persistent: false,
        confirm: { kind: 'window', window: 1000 },
      },
      consumers: { count: 1, prefetch: 100, acknowledge: { kind: 'every', every: 1 } },
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
});

describe('acknowledgements and confirms', () => {
  test.each([
    ['none', { kind: 'none' }],
    ['each', { kind: 'every', every: 1 }],
    ['{ every: 50 }', { kind: 'every', every: 50 }],
  ])('ack %s', (ack, expected) => {
    expect(settings(`name: a\nconsumers: { ack: ${ack} }`).consumers.acknowledge).toEqual(expected);
  });

  test('confirm none asks for no confirms', () => {
    const { confirm } = settings('name: a\npublishers: { confirm: none }').publishers;
    expect(confirm).toEqual({ kind: 'none' });
  });

  test('an ack may be rarer than any prefetch when prefetch 0 sets no limit', () => {
    const { consumers } = settings('name: a\nconsumers: { prefetch: 0, ack: { every: 1000 } }');
    expect(consumers.acknowledge).toEqual({ kind: 'every', every: 1000 });
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
  nodes: [amqp://one, amqp://two]`;
    expect(settings(text).target).toEqual({
      kind: 'attached',
      url: 'amqp://guest@lb/bench',
      managementUrl: 'http://lb:15672',
      nodeUrls: ['amqp://one', 'amqp://two'],
    });
  });

  test('may be a testbed without a load balancer when connections are spread', () => {
    const text = 'name: a\nconnect: spread\ntarget: { testbed: { nodes: 2, loadBalancers: 0 } }';
    expect(settings(text).target).toMatchObject({ nodes: 2, loadBalancers: 0 });
  });
});
