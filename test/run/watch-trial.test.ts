import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ManagementApi } from '../../src/amqp/management-api.js';
import { planLoad } from '../../src/plan/load-plan.js';
import { watcherOf } from '../../src/run/watch-trial.js';
import { settings } from '../profile/reading.js';
import { FakeBroker, fakeCluster } from './fake-cluster.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A management API that lists these connections, and nothing else. */
function listing(...names: readonly string[]): ManagementApi {
  const connections = names.map((name) => ({ user_provided_name: name, state: 'running' }));
  const get = async (path: string) => (path.startsWith('/api/connections') ? connections : []);
  // Nothing else of it is asked for.
  return { get } as unknown as ManagementApi;
}

test('connections of this trial count, and those of other trials and of administration do not', async () => {
  const management = listing(
    'rmqbench.a1.r1c1 publisher 0',
    'rmqbench.a1.r1c1 consumer 7',
    'rmqbench.a1.r1c10 publisher 0',
    'rmqbench.b2.r1c1 publisher 0',
    'rmqbench administration',
  );
  const cluster = { ...fakeCluster(new FakeBroker()), management };
  const watcher = watcherOf(planLoad(settings('name: a'), 'rmqbench.a1.r1c1'), cluster);
  await watcher.start();
  await vi.advanceTimersByTimeAsync(10);
  const { connections } = await watcher.finish();
  expect(connections.map(({ told }) => told)).toEqual([new Map([['running', 2]])]);
});
