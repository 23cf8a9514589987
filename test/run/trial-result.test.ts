import { describe, expect, test } from 'vitest';
import type { PlainDeliveryAccount, PlainPublisherAccount } from '../../src/load/protocol.js';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { SequenceTimes } from '../../src/measure/sequence-times.js';
import { toTrial } from '../../src/run/trial-result.js';
import {
  consumerRecord,
  encoded,
  finishedTrial,
  nothingWatched,
  publisherRecord,
} from './finished-trial.js';
import { nodeState, nodeUse, seen } from './seen.js';

function plain(...sequences: readonly number[]) {
  const set = new SequenceSet();
  for (const sequence of sequences) set.add(sequence);
  return set.toPlain();
}

/** The account of publisher 0, whose every message was confirmed. */
function publisherAccount(...confirmed: readonly number[]): PlainPublisherAccount {
  return {
    publisher: 0,
    published: confirmed.length,
    confirmed: plain(...confirmed),
    nacked: 0,
    returned: plain(),
    republished: SequenceBag.empty().toPlain(),
    inDoubt: 0,
    sentAt: new SequenceTimes().toPlain(),
  };
}

/** The account of what a thread got of publisher 0. */
function deliveryAccount(...sequences: readonly number[]): PlainDeliveryAccount {
  return {
    publisher: 0,
    delivered: sequences.length,
    redelivered: 0,
    plain: [plain(...sequences)],
    again: plain(),
    outOfOrder: plain(),
    gaps: [],
  };
}

describe('a trial of the result', () => {
  test('has as throughput what all threads counted in the window, by the second', () => {
    const { throughput } = toTrial(
      finishedTrial('name: a', {
        publishers: [
          publisherRecord({ publishedInWindow: 100, confirmedInWindow: 60 }),
          publisherRecord({ publishedInWindow: 50, confirmedInWindow: 40 }),
        ],
        consumers: [
          consumerRecord({ consumedInWindow: 70, consumedBytesInWindow: 7000 }),
          consumerRecord({ consumedInWindow: 20, consumedBytesInWindow: 2000 }),
        ],
      }),
    );
    expect(throughput).toEqual({
      offeredPerSecond: null,
      publishedPerSecond: 15,
      confirmedPerSecond: 10,
      consumedPerSecond: 9,
      consumedBytesPerSecond: 900,
    });
  });

  test('has the latencies of all threads, and no others', () => {
    const { latencyMicros } = toTrial(
      finishedTrial('name: a', {
        publishers: [publisherRecord({ confirmService: encoded(7) })],
        consumers: [
          consumerRecord({ service: encoded(5) }),
          consumerRecord({ service: encoded(6) }),
        ],
      }),
    );
    expect(Object.keys(latencyMicros).sort()).toEqual(['confirmService', 'service']);
    expect(latencyMicros.service).toMatchObject({ count: 2, min: 5, max: 6 });
  });

  test('costs so much of the generator for each message sent and received', () => {
    const publishers = [publisherRecord({ publishedInWindow: 700 })];
    const consumers = [consumerRecord({ consumedInWindow: 300 })];
    const { cost } = toTrial(finishedTrial('name: a', { cpuMicros: 4000, publishers, consumers }));
    expect(cost.generatorCpuMicrosPerMessage).toBeCloseTo(8);
  });

  test('costs so much of the brokers and the load balancer, if that is known', () => {
    const balancer = nodeUse('HAProxy', 7, { kind: 'load-balancer' });
    const watched = {
      ...nothingWatched,
      processesToWatch: [
        { kind: 'node', label: 'a', pid: 1 },
        { kind: 'node', label: 'b', pid: 2 },
        { kind: 'load-balancer', label: 'HAProxy', pid: 3 },
      ] as const,
      atStart: [nodeUse('a', 1), nodeUse('b', 2), balancer],
      atStop: [nodeUse('a', 1.5), nodeUse('b', 2.5), { ...balancer, cpuSeconds: 7.1 }],
    };
    const publishers = [publisherRecord({ publishedInWindow: 10_000 })];
    const consumers = [consumerRecord({ consumedInWindow: 10_000 })];
    const { cost } = toTrial(finishedTrial('name: a', { watched, publishers, consumers }));
    expect(cost.brokerCpuMicrosPerMessage).toBeCloseTo(100);
    expect(cost.loadBalancerCpuMicrosPerMessage).toBeCloseTo(10);
    const unwatched = toTrial(finishedTrial('name: a', { publishers, consumers })).cost;
    expect(unwatched).toMatchObject({
      brokerCpuMicrosPerMessage: null,
      loadBalancerCpuMicrosPerMessage: null,
    });
  });

  test('tells what was seen of the brokers, as totals, as events and over time', () => {
    const nodes = [
      seen(5, [nodeState('a')]),
      seen(6, [nodeState('a', { memoryAlarm: true })]),
      seen(7.5, [nodeState('a')]),
    ];
    const trial = toTrial(finishedTrial('name: a', { watched: { ...nothingWatched, nodes } }));
    expect(trial.observed.nodes).toMatchObject([{ name: 'a', memoryAlarm: true }]);
    expect(trial.events).toMatchObject([{ kind: 'alarm', atSeconds: 2, untilSeconds: 3.5 }]);
    expect(trial.warnings).toMatchObject([{ kind: 'alarm' }]);
    expect(trial.series.observed.memoryUsedShare.atSeconds).toEqual([1, 2, 3.5]);
    expect(trial.valid).toBe(true);
  });

  test('costs an unknown amount when nothing was sent or received', () => {
    expect(toTrial(finishedTrial()).cost.generatorCpuMicrosPerMessage).toBeNull();
  });

  test.each([
    ['a busy generator', { loopUtilization: 0.95 }, 0, false],
    ['clocks that disagree', { negativeLatencies: 1 }, 0, false],
    ['messages left in queues', {}, 10, true],
    ['nothing odd', {}, 0, true],
  ])('with %s is valid or not', (_, record, leftInQueues, valid) => {
    const consumers = [consumerRecord(record)];
    expect(toTrial(finishedTrial('name: a', { consumers, leftInQueues })).valid).toBe(valid);
  });

  test('closes the books over all threads: what one of them got is not lost', () => {
    const { ledger } = toTrial(
      finishedTrial('name: a', {
        publishers: [publisherRecord({ accounts: [publisherAccount(0, 1, 2, 3)] })],
        consumers: [
          consumerRecord({ accounts: [deliveryAccount(0)] }),
          consumerRecord({ accounts: [deliveryAccount(2, 3)] }),
        ],
      }),
    );
    expect(ledger).toMatchObject({
      lostBasis: 'confirmed',
      lost: 1,
      lostMessages: [{ publisher: 0, ranges: [{ first: 1, last: 1 }] }],
    });
  });

  test.each([
    ['no queue is bound to them', 'publishers: { unroutable: 1 }', { unroutable: 2, lost: 0 }],
    [
      'they should have come back',
      'publishers: { unroutable: 1, mandatory: true }',
      { unroutable: 0, lost: 2 },
    ],
  ])('tells of confirmed messages that never came that %s', (_, profile, expected) => {
    const publishers = [publisherRecord({ accounts: [publisherAccount(0, 1)] })];
    const { ledger } = toTrial(finishedTrial(`name: a\n${profile}`, { publishers }));
    expect(ledger).toMatchObject(expected);
  });

  test('says how many queues could not be asked, and how many messages were not its own', () => {
    const consumers = [consumerRecord({ foreign: 2 }), consumerRecord({ foreign: 1 })];
    const profile = 'name: a\nqueues: { count: 5 }';
    const { ledger } = toTrial(finishedTrial(profile, { consumers, uncountedQueues: 4 }));
    expect(ledger).toMatchObject({ foreign: 3, uncountedQueues: 4 });
  });

  test.each([
    ['are added to those that could not be asked', [['q1'], ['q2']], 1, 3],
    ['count once, however many consumers they had', [['q1', 'q2'], ['q2']], 0, 2],
    ['are no more than there are', [['q1', 'q2'], ['q3']], 4, 5],
  ])('says that queues whose consumers did not end in order %s', (_, queues, asked, expected) => {
    const consumers = queues.map((unfinishedQueues) => consumerRecord({ unfinishedQueues }));
    const profile = 'name: a\nqueues: { count: 5 }';
    const { ledger } = toTrial(finishedTrial(profile, { consumers, uncountedQueues: asked }));
    expect(ledger.uncountedQueues).toBe(expected);
  });

  test('tells what its connections went through', () => {
    const outage = { id: 0, reason: 'gone', lostMicros: 5e6, restoredMicros: 7e6 };
    const outages = [{ ...outage, attempts: 3, inDoubt: 2 }];
    const trial = toTrial(finishedTrial('name: a', { consumers: [consumerRecord({ outages })] }));
    expect(trial.connections).toMatchObject({ lost: 1, attempts: 3, downSeconds: 2 });
    expect(trial.events).toMatchObject([{ kind: 'connections-lost', atSeconds: 1 }]);
    expect(trial.warnings).toMatchObject([{ kind: 'connections-lost' }]);
    expect(trial.valid).toBe(true);
  });

  test('without confirms holds the broker to what was published', () => {
    const { ledger } = toTrial(finishedTrial('name: a\npublishers: { confirm: none }'));
    expect(ledger.lostBasis).toBe('published');
  });
});
