import { describe, expect, test } from 'vitest';
import { complaints, read, settings, variations } from './reading.js';

const plain = 'name: a\nqueues: { count: 2 }\n';
const varied = `${plain}vary: { consumers.prefetch: [1, 10] }\n`;

describe('--set', () => {
  test('replaces a value of the file', () => {
    expect(settings(plain, { overrides: ['queues.count=6'] }).queues.count).toBe(6);
  });

  test('adds a value that the file leaves out', () => {
    expect(
      settings(plain, { overrides: ['publishers.rate={ total: 5k/s }'] }).publishers.rate,
    ).toEqual({
      kind: 'total',
      perSecond: 5000,
    });
  });

  test('replaces what stands in the way of its path', () => {
    const text = 'name: a\nqueues: { mirrors: all }';
    expect(settings(text, { overrides: ['queues.mirrors.exactly=2'] }).queues.mirrors).toEqual({
      exactly: 2,
    });
  });

  test('counts from left to right', () => {
    const overrides = ['queues.count=6', 'queues.count=7'];
    expect(settings(plain, { overrides }).queues.count).toBe(7);
  });

  test('takes a path below vary whole', () => {
    const overrides = ['vary.consumers.prefetch=[100]'];
    expect(variations(varied, { overrides })).toEqual([{ 'consumers.prefetch': 100 }]);
  });

  test('replaces vary as a whole', () => {
    const overrides = ['vary={ queues.count: [1, 2] }'];
    expect(variations(varied, { overrides })).toEqual([
      { 'queues.count': 1 },
      { 'queues.count': 2 },
    ]);
  });

  test('shows in the source of the profile', () => {
    expect(read(plain, { overrides: ['queues.count=6'] }).source).toEqual({
      name: 'a',
      queues: { count: 6 },
    });
  });
});

describe('a wrong --set is told with the option', () => {
  test.each([
    ['queues', '--set queues: must read path=value'],
    [
      'measure.warmup=1x',
      '--set measure.warmup=1x: measure.warmup must be a duration from 0s to 1h, such as 500ms or 10s, not "1x"',
    ],
    [
      'queues.count=',
      '--set queues.count=: queues.count must be a whole number from 1 to 65536, not nothing',
    ],
    ['queues.cont=1', '--set queues.cont=1: unknown key "cont" in queues; did you mean "count"?'],
    ['querys.count=1', '--set querys.count=1: unknown key "querys"; did you mean "queues"?'],
    ['queues={', '--set queues={: not YAML: Flow map must end with a }'],
    [
      'vary.queues.cont=[1]',
      '--set vary.queues.cont=[1]: vary has an unknown path "queues.cont"; did you mean "queues.count"?',
    ],
    [
      'vary.queues.count=[1, 0]',
      '--set vary.queues.count=[1, 0]: queues.count must be a whole number from 1 to 65536, not 0',
    ],
    [
      'consumers.prefetch=5',
      '--set consumers.prefetch=5: vary changes consumers.prefetch too; choose its values with --set "vary.consumers.prefetch=[…]"',
    ],
    [
      'consumers={ prefetch: 5 }',
      '--set consumers={ prefetch: 5 }: vary changes consumers.prefetch too; choose its values with --set "vary.consumers.prefetch=[…]"',
    ],
    [
      'target.url=ampqs://me:hunter2@host',
      '--set target.url=ampqs://me:***@host: target.url must be an amqp:// or amqps:// address such as amqp://user:password@host:5672/vhost, not "ampqs://me:***@host"',
    ],
    [
      '__proto__.count=1',
      '--set __proto__.count=1: unknown key "__proto__"; expected name, description, target, connect, client, queues, publishers, consumers, measure, vary, claims',
    ],
  ])('%s', (override, message) => {
    expect(complaints(varied, { overrides: [override] })).toEqual([message]);
  });

  test('after what is wrong in the file', () => {
    const lines = complaints('name: a\nqueues: { count: 0 }', { overrides: ['connect=x'] });
    expect(lines).toEqual([
      'p.yaml:2:18: queues.count must be a whole number from 1 to 65536, not 0',
      '--set connect=x: connect must be load-balancer or spread, not "x"',
    ]);
  });
});

describe('--url', () => {
  const text = 'name: a\ntarget: { testbed: { nodes: 5 } }';

  test('replaces the target of the profile', () => {
    expect(settings(text, { target: 'amqp://host' }).target).toEqual({
      kind: 'attached',
      urls: ['amqp://host'],
      tls: undefined,
      managementUrl: undefined,
      nodeUrls: [],
    });
  });

  test('can be completed by --set', () => {
    const given = { target: 'amqp://host', overrides: ['target.management=http://host:15672'] };
    expect(settings(text, given).target).toMatchObject({ managementUrl: 'http://host:15672' });
  });

  test('is told in errors without its password', () => {
    expect(complaints(text, { target: 'http://me:hunter2@host' })).toEqual([
      '--url: target.url must be an amqp:// or amqps:// address such as amqp://user:password@host:5672/vhost, not "http://me:***@host"',
    ]);
  });

  test('does not go together with a target that varies', () => {
    const both = 'name: a\nvary: { target.testbed.nodes: [1, 3] }';
    expect(complaints(both, { target: 'amqp://host' })).toEqual([
      '--url: vary changes target.testbed.nodes too; choose its values with --set "vary.target.testbed.nodes=[…]"',
    ]);
  });
});
