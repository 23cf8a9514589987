import { setTimeout as sleep } from 'node:timers/promises';
import { isInTime } from '../base/abort.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';

const pollMillis = 50;

/**
 * Resolves when every queue has sent its last message to a consumer, or at the limit: what is left
 * then is counted when the queues are removed.
 */
export async function awaitEmptyQueues(
  plan: LoadPlan,
  cluster: Cluster,
  limitMicros: number,
): Promise<void> {
  const limit = new AbortController();
  const isEmpty = pollUntilEmpty(plan, cluster, limit.signal);
  if (!(await isInTime(isEmpty, limitMicros / 1000))) limit.abort();
}

async function pollUntilEmpty(
  plan: LoadPlan,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<void> {
  const [administration] = cluster.administrations;
  for (const { name } of plan.queues) {
    while (!signal.aborted && (await administration.readyMessages(name)) > 0) {
      await sleep(pollMillis);
    }
  }
}
