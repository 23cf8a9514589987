import { beforeEach, expect, test } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { planLoad } from '../../src/plan/load-plan.js';
import { declareTopology } from '../../src/run/topology.js';
import { settings } from '../profile/reading.js';
import { FakeBroker, fakeCluster } from './fake-cluster.js';

const plan = planLoad(settings('name: a\nqueues: { count: 2 }'), 'p');

let broker: FakeBroker;

beforeEach(() => {
  broker = new FakeBroker();
});

function declare(nodes: readonly string[], signal = new AbortController().signal): Promise<void> {
  return declareTopology(plan, fakeCluster(broker, nodes), signal);
}

test('the exchange is declared, and each queue at its home node, and bound', async () => {
  await declare(['n1', 'n2']);
  expect(broker.calls).toEqual([
    'declareExchange p.x at anywhere',
    'declareQueue p.q1 at n1',
    'bindQueue p.q1 at anywhere',
    'declareQueue p.q2 at n2',
    'bindQueue p.q2 at anywhere',
  ]);
  expect(broker.queues.get('p.q2')?.boundTo).toEqual(new Set(['p.x']));
});

test('a queue whose home node does not take its declaration is declared anywhere', async () => {
  broker.down.add('n2');
  await declare(['n1', 'n2']);
  expect(broker.asked('declareQueue')).toEqual([
    'declareQueue p.q1 at n1',
    'declareQueue p.q2 at n2',
    'declareQueue p.q2 at anywhere',
  ]);
  expect(broker.queues.get('p.q2')?.boundTo).toEqual(new Set(['p.x']));
});

test('a queue that no node takes is an error of the broker', async () => {
  for (const node of ['n1', 'n2']) broker.down.add(node);
  broker.refused.add('declareQueue p.q1');
  await expect(declare(['n1', 'n2'])).rejects.toThrow(BrokerError);
  expect(broker.asked('bindQueue')).toEqual([]);
});

test('nothing is declared once it is told to stop', async () => {
  const stopping = new AbortController();
  stopping.abort(new Error('enough'));
  await expect(declare(['n1'], stopping.signal)).rejects.toThrow('enough');
  expect(broker.calls).toEqual([]);
});
