import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planLoad } from '../../src/plan/load-plan.js';
import type { CaseSettings } from '../../src/profile/settings.js';
import type { ClusterAddresses } from '../../src/run/cluster.js';
import type { Crews } from '../../src/run/crews.js';
import { dealTasks, type Tasks } from '../../src/run/tasks.js';
import { settings } from '../profile/reading.js';
import { attachedAddresses } from './fake-cluster.js';

interface Given {
  readonly publisherThreads?: number;
  readonly consumerThreads?: number;
  readonly addresses?: Partial<ClusterAddresses>;
}

function deal(asked: CaseSettings, given: Given = {}): Tasks {
  const { publisherThreads = 2, consumerThreads = 2 } = given;
  // Threads cannot be hired here, and how many there are is all that matters.
  const crews = {
    publishers: { threads: publisherThreads },
    consumers: { threads: consumerThreads },
  } as unknown as Crews;
  const addresses = attachedAddresses(given.addresses);
  return dealTasks(planLoad(asked, 'p'), asked, { addresses, crews });
}

function counts(publishers: number, consumers: number, more = ''): CaseSettings {
  return settings(
    `name: a\n${more}\npublishers: { count: ${publishers} }\nconsumers: { count: ${consumers} }`,
  );
}

function publishersOf(tasks: Tasks) {
  return tasks.publishers.flatMap(({ publishers }) => publishers);
}

function consumersOf(tasks: Tasks) {
  return tasks.consumers.flatMap(({ consumers }) => consumers);
}

function sortedIds(workers: readonly { readonly id: number }[]): number[] {
  return workers.map(({ id }) => id).sort((a, b) => a - b);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

const many = fc.integer({ min: 1, max: 40 });
const few = fc.integer({ min: 1, max: 8 });

describe('work is dealt out so that', () => {
  test('every publisher and every consumer has exactly one thread', () => {
    fc.assert(
      fc.property(many, many, few, few, (publishers, consumers, their, others) => {
        const threads = { publisherThreads: their, consumerThreads: others };
        const tasks = deal(counts(publishers, consumers), threads);
        expect(sortedIds(publishersOf(tasks))).toEqual(upTo(publishers));
        expect(sortedIds(consumersOf(tasks))).toEqual(upTo(consumers));
      }),
    );
  });

  test('no thread has more than one publisher more than another, and none has none', () => {
    fc.assert(
      fc.property(many, few, (publishers, publisherThreads) => {
        const tasks = deal(counts(publishers, 1), { publisherThreads });
        const sizes = tasks.publishers.map((task) => task.publishers.length);
        expect(sizes).toHaveLength(Math.min(publishers, publisherThreads));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
      }),
    );
  });

  test('the consumers of a queue share a thread unless a thread would have none', () => {
    fc.assert(
      fc.property(few, many, few, (queues, more, consumerThreads) => {
        const asked = counts(queues, queues + more, `queues: { count: ${queues} }`);
        const tasks = deal(asked, { consumerThreads });
        const threadsOf = new Map<string, Set<number>>();
        for (const { row, consumers: hand } of tasks.consumers) {
          expect(hand).not.toEqual([]);
          for (const { queue } of hand)
            threadsOf.set(queue, (threadsOf.get(queue) ?? new Set()).add(row));
        }
        if (queues < consumerThreads) return;
        expect([...threadsOf.values()].every(({ size }) => size === 1)).toBe(true);
      }),
    );
  });

  test('each thread has a row of the counters to itself, and no row is left over', () => {
    fc.assert(
      fc.property(many, many, few, few, (publishers, consumers, their, others) => {
        const threads = { publisherThreads: their, consumerThreads: others };
        const tasks = deal(counts(publishers, consumers), threads);
        const rows = [...tasks.publishers, ...tasks.consumers].map(({ row }) => row);
        expect(rows).toEqual(upTo(rows.length));
        expect(tasks.counters.byteLength).toBe(rows.length * 64);
      }),
    );
  });
});

/** The addresses of each, in the order of their ids, by their last letters. */
function lettersById(workers: readonly { id: number; urls: readonly string[] }[]): string[] {
  return [...workers]
    .sort((a, b) => a.id - b.id)
    .map(({ urls }) => urls.map((url) => url.at(-1)).join(''));
}

describe('connections go', () => {
  const nodeUrls = ['amqp://a', 'amqp://b', 'amqp://c'];
  const entryUrls = ['amqp://x', 'amqp://y'] as const;

  test('all to the load balancer unless they are spread', () => {
    const tasks = deal(counts(4, 4), { addresses: { nodeUrls } });
    const urls = [...publishersOf(tasks), ...consumersOf(tasks)].map((one) => one.urls);
    expect(urls).toEqual(Array(8).fill(['amqp://entry']));
  });

  test('to several load balancers in turn, and when they are lost to the next', () => {
    const tasks = deal(counts(3, 2), { addresses: { nodeUrls, entryUrls } });
    expect(lettersById(publishersOf(tasks))).toEqual(['xy', 'yx', 'xy']);
    expect(lettersById(consumersOf(tasks))).toEqual(['xy', 'yx']);
  });

  test('to the nodes in turn when they are spread, whichever thread they are in', () => {
    const asked = counts(5, 4, 'connect: spread');
    const tasks = deal(asked, { addresses: { nodeUrls, entryUrls } });
    expect(lettersById(publishersOf(tasks))).toEqual(['abc', 'bca', 'cab', 'abc', 'bca']);
    expect(lettersById(consumersOf(tasks))).toEqual(['abc', 'bca', 'cab', 'abc']);
  });

  test('to the entry when they are to be spread and no node is known', () => {
    const tasks = deal(counts(2, 1, 'connect: spread'));
    expect(publishersOf(tasks).map(({ urls }) => urls)).toEqual([
      ['amqp://entry'],
      ['amqp://entry'],
    ]);
  });

  test('over TLS as the cluster asks, which every thread is told once', () => {
    const tls = { ca: 'an authority', rejectUnauthorized: true };
    const tasks = deal(counts(4, 4), { addresses: { tls } });
    const told = [...tasks.publishers, ...tasks.consumers];
    expect(told).toHaveLength(4);
    expect(told.map((task) => task.tls)).toEqual(Array(4).fill(tls));
  });
});

describe('a task says', () => {
  test('by what name connections are known at the broker, which is that of no other run', () => {
    const tasks = deal(counts(2, 2));
    const workers = [...publishersOf(tasks), ...consumersOf(tasks)];
    expect(workers.map(({ connectionName }) => connectionName).sort()).toEqual([
      'p consumer 0',
      'p consumer 1',
      'p publisher 0',
      'p publisher 1',
    ]);
  });

  test('what the settings ask of publishers', () => {
    const asked = settings(
      'name: a\npublishers: { rate: 5/s, size: 1KiB, persistent: true, mandatory: true, onReconnect: drop }',
    );
    expect(publishersOf(deal(asked))).toMatchObject([
      {
        ...{ payloadBytes: 1024, persistent: true, exchange: 'p.x' },
        schedule: { curve: [{ fromPerSecond: 5, toPerSecond: 5 }] },
        ...{ mandatory: true, onReconnect: 'drop' },
      },
    ]);
  });

  test.each([
    ['none', { guarantee: 'none' }],
    ['{ window: 7 }', { guarantee: 'confirm', window: 7 }],
    ['{ transaction: 9 }', { guarantee: 'transaction', window: 9 }],
  ])('with confirm %s what the broker promises a publisher', (confirm, expected) => {
    const asked = settings(`name: a\npublishers: { confirm: ${confirm} }`);
    expect(publishersOf(deal(asked))).toMatchObject([expected]);
  });

  test.each([
    ['none', 0, true],
    ['{ share: 50% }', 0.5, true],
    ['{ share: 0.3, requeue: false }', 0.3, false],
  ])('with nack %s which share of the messages is given back', (nack, nackShare, requeue) => {
    const asked = settings(`name: a\nconsumers: { nack: ${nack} }`);
    expect(consumersOf(deal(asked))).toMatchObject([{ nackShare, requeue }]);
  });

  test('how long consumers work and how fast they may', () => {
    const asked = settings('name: a\nconsumers: { work: 5ms, rate: 20/s }');
    expect(consumersOf(deal(asked))).toMatchObject([{ workMicros: 5000, ratePerSecond: 20 }]);
  });

  test.each([
    ['none', undefined],
    ['each', 1],
    ['{ every: 20 }', 20],
  ])('with ack %s how often consumers acknowledge', (ack, acknowledgeEvery) => {
    const asked = settings(`name: a\nconsumers: { prefetch: 50, ack: ${ack} }`);
    expect(consumersOf(deal(asked))).toMatchObject([{ prefetch: 50, acknowledgeEvery }]);
  });

  test.each([
    ['max', false],
    ['10/s', true],
    ['{ total: 10/s }', true],
  ])('at rate %s whether there is a schedule: %s', (rate, scheduled) => {
    const tasks = deal(settings(`name: a\npublishers: { rate: ${rate} }`));
    expect(tasks.consumers.map((task) => task.scheduled)).toEqual([scheduled]);
  });

  test('that confirms are awaited as long as the drain may last', () => {
    const tasks = deal(settings('name: a\nmeasure: { drain: 7s }'));
    expect(tasks.publishers.map((task) => task.confirmLimitMicros)).toEqual([7e6]);
  });
});
