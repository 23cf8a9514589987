import { type Clock, systemClock } from '../base/clock.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';
import { tryEach } from './try-each.js';

/** From the first queue that cannot be purged on: a node may be on its way back. */
const countPatienceMicros = 10_000_000;
/** What cannot be removed by then is left to its x-expires. */
const removePatienceMicros = 2_000_000;

/** What the queues of a trial still held. */
export interface LeftInQueues {
  /** Messages, as the broker counted them when it purged the queues. */
  readonly leftInQueues: number;
  /** Queues of which that is not known: they could not be reached, or the answer was lost. */
  readonly uncountedQueues: number;
}

/**
 * Counts what the queues of a trial still hold and removes what `declareTopology` made. It never
 * fails for the broker's sake: a trial that was measured is not thrown away for what it leaves behind.
 */
export async function removeTopology(
  plan: LoadPlan,
  cluster: Cluster,
  clock: Clock = systemClock,
): Promise<LeftInQueues> {
  let leftInQueues = 0;
  let uncountedQueues = 0;
  const purge = async (queue: string) => {
    const count = await cluster.anywhere.purgeQueue(queue);
    if (count === undefined) uncountedQueues++;
    else leftInQueues += count;
  };
  const names = plan.queues.map(({ name }) => name);
  const unreachable = await tryEach(names, purge, countPatienceMicros, clock);
  await discardTopology(plan, cluster, clock);
  return { leftInQueues, uncountedQueues: uncountedQueues + unreachable.length };
}

/** Removes whatever is there of it, and lets go what cannot be reached. */
export async function discardTopology(
  plan: LoadPlan,
  { anywhere, management }: Cluster,
  clock: Clock = systemClock,
): Promise<void> {
  const { exchange, mirrorDefinition } = plan;
  const removals = [
    () => anywhere.removeExchange(exchange),
    ...plan.queues.map((queue) => () => anywhere.removeQueue(queue.name)),
  ];
  const policies = mirrorDefinition ? [exchange] : [];
  await Promise.all([
    tryEach(removals, (remove) => remove(), removePatienceMicros, clock),
    tryEach(policies, async (name) => management?.removePolicy(name), removePatienceMicros, clock),
  ]);
}
