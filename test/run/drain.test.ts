import { afterEach, expect, test, vi } from 'vitest';
import { columnOf, counterRow } from '../../src/measure/counters.js';
import { planLoad } from '../../src/plan/load-plan.js';
import type { Crews } from '../../src/run/crews.js';
import { awaitEmptyQueues } from '../../src/run/drain.js';
import { dealTasks } from '../../src/run/tasks.js';
import { settings } from '../profile/reading.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeBroker, fakeCluster } from './fake-cluster.js';

afterEach(() => void vi.useRealTimers());

const limitMillis = 10_000;

/** A drain of two queues with one publishing and one consuming thread, begun. */
function draining(arrange: (broker: FakeBroker) => void = () => {}) {
  const clock = new FakeClock();
  const broker = new FakeBroker();
  const asked = settings('name: a\nqueues: { count: 2 }');
  const plan = planLoad(asked, 'p');
  for (const { name } of plan.queues) broker.addQueue(name);
  const cluster = fakeCluster(broker);
  // Threads cannot be hired here, and how many there are is all that matters.
  const crews = { publishers: { threads: 1 }, consumers: { threads: 1 } } as unknown as Crews;
  const tasks = dealTasks(plan, asked, { addresses: cluster.addresses, crews });
  arrange(broker);
  let endedMillis: number | undefined;
  const begin = () => {
    const drained = awaitEmptyQueues({ plan, cluster, tasks }, limitMillis, (one) => one, clock);
    void drained.then(() => {
      endedMillis = Date.now();
    });
  };
  const count = (row: number, column: keyof typeof columnOf, value: number) => {
    counterRow(tasks.counters, row)[columnOf[column]] = value;
  };
  return { clock, broker, begin, count, ended: () => endedMillis };
}

const [publishers, consumers] = [0, 1];

test('a drain ends when the queues are empty and nothing more comes', async () => {
  const { clock, begin, ended } = draining();
  begin();
  await clock.advanceTo(1_000);
  expect(ended()).toBeLessThan(1_000);
});

test('a drain goes on while deliveries come', async () => {
  const { clock, begin, count, ended } = draining();
  begin();
  for (let second = 0; second < 5; second++) {
    for (let i = 1; i <= 50; i++) {
      count(consumers, 'consumed', second * 50 + i);
      await clock.advanceTo(second * 1_000 + i * 20);
    }
  }
  expect(ended()).toBeUndefined();
});

test.each<[string, (broker: FakeBroker) => void]>([
  ['holds messages', (broker) => broker.addQueue('p.q2', { ready: 1 })],
  ['cannot be reached', (broker) => broker.addQueue('p.q2', { isReachable: false })],
  ['cannot be asked', (broker) => broker.down.add('anywhere')],
])('a drain with a queue that %s goes on to the limit', async (_, arrange) => {
  const { clock, begin, ended } = draining(arrange);
  begin();
  await clock.advanceTo(limitMillis - 1);
  expect(ended()).toBeUndefined();
  await clock.advanceTo(limitMillis);
  expect(ended()).toBe(limitMillis);
});

test('a queue that does not exist is empty', async () => {
  const { clock, begin, ended } = draining((broker) => broker.queues.delete('p.q1'));
  begin();
  await clock.advanceTo(1_000);
  expect(ended()).toBeDefined();
});

test('a broker that answers again ends the drain', async () => {
  const { clock, broker, begin, ended } = draining((one) => one.down.add('anywhere'));
  begin();
  await clock.advanceTo(3_000);
  broker.down.clear();
  await clock.advanceTo(4_000);
  expect(ended()).toBeGreaterThan(3_000);
});

test('a drain goes on while a consumer is without a connection', async () => {
  const { clock, begin, count, ended } = draining();
  count(consumers, 'down', 1);
  begin();
  await clock.advanceTo(3_000);
  expect(ended()).toBeUndefined();
  count(consumers, 'down', 0);
  await clock.advanceTo(4_000);
  expect(ended()).toBeDefined();
});

test('a publisher that never came back keeps nobody waiting', async () => {
  const { clock, begin, count, ended } = draining();
  count(publishers, 'down', 1);
  begin();
  await clock.advanceTo(1_000);
  expect(ended()).toBeDefined();
});
