import { isInTime } from '../base/abort.js';
import { type Clock, systemClock } from '../base/clock.js';
import { BrokerError } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { columnOf, counterRow, readCounters } from '../measure/counters.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';
import type { Tasks } from './tasks.js';

const pollMicros = 50_000;
/** One look is not enough: what a closed channel handed on may still be on its way to its queue. */
const quietLooks = 3;

export interface Draining {
  readonly plan: LoadPlan;
  readonly cluster: Cluster;
  /** Its counters tell what the consumers receive, and which of them have no connection. */
  readonly tasks: Pick<Tasks, 'consumers' | 'counters'>;
}

/**
 * Resolves when every queue has sent its last message to a consumer, or at the limit: what is left
 * then is counted when the queues are removed. `until` ends the wait when the trial fails.
 */
export async function awaitEmptyQueues(
  draining: Draining,
  limitMillis: number,
  until: <T>(promise: Promise<T>) => Promise<T>,
  clock: Clock = systemClock,
): Promise<void> {
  const over = new AbortController();
  try {
    await isInTime(until(pollUntilQuiet(draining, over.signal, clock)), limitMillis);
  } finally {
    over.abort();
  }
}

/**
 * Quiet is: nothing ready in any queue, every consumer connected, and nothing received since the last
 * look, several times.
 */
async function pollUntilQuiet(
  draining: Draining,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  let consumed = -1;
  for (let quiet = 0; quiet < quietLooks && !signal.aborted; ) {
    const before = consumed;
    const isDone = !isAnyConsumerDown(draining.tasks) && (await areEmpty(draining));
    consumed = readCounters(draining.tasks.counters).consumed;
    quiet = isDone && consumed === before ? quiet + 1 : 0;
    await sleepUntil(clock.nowMicros() + pollMicros, clock);
  }
}

/** What a lost consumer had not acknowledged comes again, and may be on its way back to its queue. */
function isAnyConsumerDown({ consumers, counters }: Draining['tasks']): boolean {
  return consumers.some(({ row }) => (counterRow(counters, row)[columnOf.down] ?? 0) > 0);
}

/** A queue that cannot be asked, or not be reached, may hold anything. */
async function areEmpty({ plan, cluster }: Draining): Promise<boolean> {
  try {
    for (const { name } of plan.queues) {
      const state = await cluster.anywhere.queueState(name);
      if (state.kind === 'unreachable') return false;
      if (state.kind === 'there' && state.readyMessages > 0) return false;
    }
    return true;
  } catch (thrown) {
    if (thrown instanceof BrokerError) return false;
    throw thrown;
  }
}
