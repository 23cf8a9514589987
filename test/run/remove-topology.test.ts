import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { planLoad } from '../../src/plan/load-plan.js';
import { discardTopology, removeTopology } from '../../src/run/remove-topology.js';
import { settings } from '../profile/reading.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeBroker, fakeCluster } from './fake-cluster.js';

const plan = planLoad(settings('name: a\nqueues: { count: 3 }'), 'p');

let clock: FakeClock;
let broker: FakeBroker;

beforeEach(() => {
  clock = new FakeClock();
  broker = new FakeBroker();
  broker.exchanges.add('p.x');
  for (const { name } of plan.queues) broker.addQueue(name, { ready: 10 });
});

afterEach(() => void vi.useRealTimers());

/** Removes while time passes as it must. */
async function removed() {
  const removing = removeTopology(plan, fakeCluster(broker), clock);
  await vi.runAllTimersAsync();
  return removing;
}

describe('what is left in queues', () => {
  test('is counted by purging them', async () => {
    expect(await removed()).toEqual({ leftInQueues: 30, uncountedQueues: 0 });
  });

  test('is nothing in a queue that does not exist', async () => {
    broker.queues.delete('p.q2');
    expect(await removed()).toEqual({ leftInQueues: 20, uncountedQueues: 0 });
  });

  test('is not known of a queue that cannot be reached', async () => {
    broker.addQueue('p.q1', { ready: 10, isReachable: false });
    expect(await removed()).toEqual({ leftInQueues: 20, uncountedQueues: 1 });
  });

  test('is not known of a queue whose answer was lost, which is not purged a second time', async () => {
    broker.unansweredPurges.add('p.q1');
    expect(await removed()).toEqual({ leftInQueues: 20, uncountedQueues: 1 });
    expect(broker.asked('purgeQueue p.q1')).toHaveLength(1);
  });

  test('is known of a queue that comes back while it is asked for again', async () => {
    const queue = broker.addQueue('p.q1', { ready: 10, isReachable: false });
    const removing = removeTopology(plan, fakeCluster(broker), clock);
    await clock.advanceTo(2_000);
    queue.isReachable = true;
    await clock.advanceTo(4_000);
    expect(await removing).toEqual({ leftInQueues: 30, uncountedQueues: 0 });
  });

  test('is not known of any queue when no node answers', async () => {
    broker.down.add('anywhere');
    expect(await removed()).toEqual({ leftInQueues: 0, uncountedQueues: 3 });
  });
});

test('everything that was declared is removed', async () => {
  await removed();
  expect([broker.exchanges.size, broker.queues.size]).toEqual([0, 0]);
});

test('what cannot be removed is tried again, and let go', async () => {
  broker.addQueue('p.q1', { isReachable: false });
  const discarding = discardTopology(plan, fakeCluster(broker), clock);
  await vi.runAllTimersAsync();
  await discarding;
  expect([...broker.queues.keys()]).toEqual(['p.q1']);
  expect(broker.asked('removeQueue p.q1').length).toBeGreaterThan(1);
});
