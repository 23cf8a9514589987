import { setTimeout as sleep } from 'node:timers/promises';
import { isInTime } from '../base/abort.js';
import { readCounters } from '../measure/counters.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';

const pollMillis = 50;
/** One look is not enough: what a closed channel handed on may still be on its way to its queue. */
const quietLooks = 3;

export interface Draining {
  readonly plan: LoadPlan;
  readonly cluster: Cluster;
  /** Where the consumers count what they receive. */
  readonly counters: SharedArrayBuffer;
}

/**
 * Resolves when every queue has sent its last message to a consumer, or at the limit: what is left
 * then is counted when the queues are removed. `until` ends the wait when the trial fails.
 */
export async function awaitEmptyQueues(
  draining: Draining,
  limitMillis: number,
  until: <T>(promise: Promise<T>) => Promise<T>,
): Promise<void> {
  const over = new AbortController();
  try {
    await isInTime(until(pollUntilQuiet(draining, over.signal)), limitMillis);
  } finally {
    over.abort();
  }
}

/** Quiet is: nothing ready in any queue and nothing received since the last look, several times. */
async function pollUntilQuiet(draining: Draining, signal: AbortSignal): Promise<void> {
  let consumed = -1;
  for (let quiet = 0; quiet < quietLooks && !signal.aborted; await sleep(pollMillis)) {
    const before = consumed;
    const isEmpty = await areEmpty(draining);
    consumed = readCounters(draining.counters).consumed;
    quiet = isEmpty && consumed === before ? quiet + 1 : 0;
  }
}

async function areEmpty({ plan, cluster }: Draining): Promise<boolean> {
  const [administration] = cluster.administrations;
  for (const { name } of plan.queues) {
    if ((await administration.readyMessages(name)) > 0) return false;
  }
  return true;
}
