import { setTimeout as sleep } from 'node:timers/promises';
import { orLate } from '../base/abort.js';
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
  const late = () => new LimitReached();
  await orLate(pollUntilEmpty(plan, cluster, limit.signal), limitMicros / 1000, late).catch(
    (thrown) => {
      limit.abort();
      if (!(thrown instanceof LimitReached)) throw thrown;
    },
  );
}

class LimitReached extends Error {}

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
