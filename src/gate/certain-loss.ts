import type { Trial } from '../result/result.js';

/** What a ledger says of losses; probes of a capacity keep no more of theirs. */
type LossCounts = Pick<Trial['ledger'], 'lost' | 'lostBasis' | 'leftInQueues' | 'uncountedQueues'>;

/**
 * How many confirmed messages are lost beyond all doubt: what may merely be queued still does not
 * count, and nothing does when a queue could not be asked, for it may hold any number of them. What
 * was published without confirms was promised by nobody.
 */
export function certainlyLost(ledger: LossCounts): number {
  const { lost, lostBasis, leftInQueues, uncountedQueues } = ledger;
  if (lostBasis === 'published' || uncountedQueues > 0) return 0;
  return Math.max(0, lost - leftInQueues);
}
