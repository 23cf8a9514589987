import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { allocateCounters, columnOf, counterRow } from '../../src/measure/counters.js';
import { planLoad } from '../../src/plan/load-plan.js';
import { TopologyKeeper } from '../../src/run/topology-keeper.js';
import { settings } from '../profile/reading.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeBroker, fakeCluster } from './fake-cluster.js';

afterEach(() => void vi.useRealTimers());

/** A keeper of two queues that are declared and bound, at work while `down` is not 0. */
function watched(nodes: readonly string[] = []) {
  const clock = new FakeClock();
  const counters = allocateCounters(1);
  const broker = new FakeBroker();
  const plan = planLoad(settings('name: a\nqueues: { count: 2 }'), 'p');
  broker.exchanges.add('p.x');
  for (const { name } of plan.queues) broker.addQueue(name, { boundTo: new Set(['p.x']) });
  const keeper = new TopologyKeeper({ plan, cluster: fakeCluster(broker, nodes), counters }, clock);
  const setDown = (count: number) => {
    counterRow(counters, 0)[columnOf.down] = count;
  };
  keeper.start();
  onTestFinished(() => keeper.stop());
  setDown(1);
  return { clock, broker, keeper, setDown };
}

test('nothing is asked while every connection stands', async () => {
  const { clock, broker, setDown } = watched();
  setDown(0);
  await clock.advanceTo(10_000);
  expect(broker.calls).toEqual([]);
});

test('while a connection is down everything is looked at, at most twice a second', async () => {
  const { clock, broker } = watched();
  await clock.advanceTo(2_100);
  expect(broker.asked('queueState p.q1')).toHaveLength(4);
  expect(broker.asked('declare')).toEqual([]);
  expect(broker.asked('bind')).toEqual([]);
});

test('a queue that is gone is declared at its home node and bound', async () => {
  const { clock, broker } = watched(['n1', 'n2']);
  broker.queues.delete('p.q2');
  await clock.advanceTo(600);
  expect(broker.asked('declareQueue')).toEqual(['declareQueue p.q2 at n2']);
  expect(broker.queues.get('p.q2')?.boundTo).toEqual(new Set(['p.x']));
});

test('a queue whose home node does not answer is declared anywhere', async () => {
  const { clock, broker } = watched(['n1', 'n2']);
  broker.queues.delete('p.q2');
  broker.down.add('n2');
  await clock.advanceTo(600);
  expect(broker.asked('declareQueue').at(-1)).toBe('declareQueue p.q2 at anywhere');
  expect(broker.queues.get('p.q2')?.boundTo).toEqual(new Set(['p.x']));
});

test('a queue that cannot be reached is left alone', async () => {
  const { clock, broker, keeper } = watched();
  broker.addQueue('p.q1', { isReachable: false });
  await clock.advanceTo(2_000);
  expect([...broker.asked('declare'), ...broker.asked('bind')]).toEqual([]);
  expect(keeper.redeclarations).toEqual([]);
});

test('with the exchange the bindings are gone: all queues are bound again', async () => {
  const { clock, broker, keeper } = watched();
  broker.exchanges.clear();
  await clock.advanceTo(600);
  expect(broker.asked('bindQueue')).toEqual([
    'bindQueue p.q1 at anywhere',
    'bindQueue p.q2 at anywhere',
  ]);
  expect(keeper.redeclarations).toMatchObject([{ exchange: true, queues: [] }]);
});

test('the exchange comes back after the queues, for nobody to publish to it in vain', async () => {
  const { clock, broker } = watched();
  broker.exchanges.clear();
  broker.queues.clear();
  await clock.advanceTo(600);
  const declared = broker.asked('declare').map((call) => call.split(' ')[1]);
  expect(declared).toEqual(['p.q1', 'p.q2', 'p.x']);
});

test('a queue that could not be reached when the exchange came back is bound later', async () => {
  const { clock, broker } = watched();
  broker.exchanges.clear();
  const queue = broker.addQueue('p.q1', { isReachable: false });
  await clock.advanceTo(600);
  queue.isReachable = true;
  await clock.advanceTo(1_100);
  expect(queue.boundTo).toEqual(new Set(['p.x']));
});

test('a binding that failed is tried again, also when every connection stands again', async () => {
  const { clock, broker, setDown } = watched();
  const queue = broker.addQueue('p.q1');
  broker.exchanges.clear();
  broker.refused.add('bindQueue p.q1');
  await clock.advanceTo(600);
  expect(queue.boundTo).toEqual(new Set());
  setDown(0);
  await clock.advanceTo(1_100);
  expect(broker.queues.get('p.q1')?.boundTo).toEqual(new Set(['p.x']));
});

test('a queue is bound right after it was declared, for nothing to be published past it', async () => {
  const { clock, broker } = watched();
  broker.queues.clear();
  await clock.advanceTo(600);
  expect(broker.calls.filter((call) => /^(declare|bind)Queue/.test(call))).toEqual([
    'declareQueue p.q1 at anywhere',
    'bindQueue p.q1 at anywhere',
    'declareQueue p.q2 at anywhere',
    'bindQueue p.q2 at anywhere',
  ]);
});

test('what was gone is told with its moment and its names, once', async () => {
  const { clock, broker, keeper } = watched();
  broker.queues.clear();
  await clock.advanceTo(5_000);
  expect(keeper.redeclarations).toEqual([
    { atMicros: 500_000, untilMicros: 500_000, exchange: false, queues: ['p.q1', 'p.q2'] },
  ]);
});

test('one queue that fails keeps nobody from restoring the other', async () => {
  const { clock, broker, keeper } = watched();
  broker.queues.clear();
  broker.refused.add('queueState p.q1');
  await clock.advanceTo(600);
  expect(keeper.redeclarations).toMatchObject([{ queues: ['p.q2'] }]);
});

test('a broker that does not answer is asked again until it does', async () => {
  const { clock, broker, keeper } = watched();
  broker.queues.clear();
  broker.down.add('anywhere');
  await clock.advanceTo(3_000);
  expect(keeper.redeclarations).toEqual([]);
  broker.down.clear();
  await clock.advanceTo(3_600);
  expect(keeper.redeclarations).toMatchObject([{ queues: ['p.q1', 'p.q2'] }]);
});

test('told to stop while it looks at queues, it does not declare the exchange any more', async () => {
  const { clock, broker, keeper } = watched();
  broker.exchanges.clear();
  let isStopped = false;
  broker.onAsked = (what) => {
    if (what !== 'queueState p.q2') return;
    isStopped = true;
    void keeper.stop();
  };
  await clock.advanceTo(5_000);
  expect([isStopped, ...broker.exchanges]).toEqual([true]);
});

test('what it had declared again when it was told to stop is told', async () => {
  const { clock, broker, keeper } = watched();
  broker.queues.clear();
  broker.onAsked = (what) => {
    if (what === 'declareQueue p.q1') void keeper.stop();
  };
  await clock.advanceTo(5_000);
  expect(keeper.redeclarations).toMatchObject([{ exchange: false, queues: ['p.q1'] }]);
});

test('once stopped it asks nothing more and leaves no timer behind', async () => {
  const { clock, broker, keeper } = watched();
  await clock.advanceTo(600);
  const asked = broker.calls.length;
  await keeper.stop();
  await clock.advanceTo(5_000);
  expect(broker.calls).toHaveLength(asked);
  expect(vi.getTimerCount()).toBe(0);
});
