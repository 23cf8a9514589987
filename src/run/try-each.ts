import { type Clock, systemClock } from '../base/clock.js';
import { sleepUntil } from '../base/sleep.js';
import { succeeds } from './succeeds.js';

/** Between two rounds: time for a node to come back, or a queue to find another. */
const pauseMicros = 250_000;

/**
 * Makes an attempt at each item, one after the other, and again at those that failed with a
 * BrokerError, until so long after the first failure. Resolves to the items without success, also
 * those whose turn did not come.
 */
export async function tryEach<T>(
  items: readonly T[],
  attempt: (item: T) => Promise<unknown>,
  patienceMicros: number,
  clock: Clock = systemClock,
): Promise<readonly T[]> {
  let left = items;
  let deadline = Number.POSITIVE_INFINITY;
  const patience = {
    isOver: () => clock.nowMicros() >= deadline,
    begin: () => {
      deadline = Math.min(deadline, clock.nowMicros() + patienceMicros);
    },
  };
  for (;;) {
    left = await tryOnce(left, attempt, patience);
    if (left.length === 0 || patience.isOver()) return left;
    await sleepUntil(Math.min(clock.nowMicros() + pauseMicros, deadline), clock);
  }
}

async function tryOnce<T>(
  items: readonly T[],
  attempt: (item: T) => Promise<unknown>,
  patience: { readonly isOver: () => boolean; readonly begin: () => void },
): Promise<T[]> {
  const failed: T[] = [];
  for (const item of items) {
    if (patience.isOver() || !(await succeeds(attempt(item)))) {
      failed.push(item);
      patience.begin();
    }
  }
  return failed;
}
