import type { Ledger } from '../../measure/ledger.js';
import type { Warning } from '../../result/result.js';
import { counted, countedMessages } from './wording.js';

/** The ledger cannot be exact when something may still be in a queue. */
export function unfinishedDrain({ leftInQueues, uncountedQueues }: Ledger): Warning[] {
  const left = `${countedMessages(leftInQueues)} still queued when the drain ended`;
  const uncounted = `${counted(uncountedQueues, 'queue')} could not be asked for what was left in them`;
  const found = [...(leftInQueues > 0 ? [left] : []), ...(uncountedQueues > 0 ? [uncounted] : [])];
  if (found.length === 0) return [];
  const hint = [
    ...(leftInQueues > 0 ? ['Raise measure.drain.'] : []),
    ...(uncountedQueues > 0 ? ['Does the node that holds them run?'] : []),
  ];
  const text = `${found.join(', and ')}: "lost" is an upper bound. ${hint.join(' ')}`;
  return [{ kind: 'left-in-queues', text }];
}

export function foreignMessages({ foreign }: Ledger): Warning[] {
  if (foreign === 0) return [];
  const text = `${countedMessages(foreign)} came that this trial did not publish, and count as consumed. Does something else publish to its queues?`;
  return [{ kind: 'foreign-messages', text }];
}
