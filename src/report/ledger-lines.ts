import { formatCount } from '../base/units.js';
import { certainlyLost } from '../gate/certain-loss.js';
import type { ResultCase, Trial } from '../result/result.js';
import { namedMessages } from './named-messages.js';

type Ledger = Trial['ledger'];

/** What the books of one trial tell, in a sentence. */
export interface LedgerLine {
  /** Whether it must not be, is worth a look, or is as the profile and the events would have it. */
  readonly weight: 'bad' | 'odd' | 'expected';
  readonly text: string;
}

/** All that the trials' books tell but success, in words; the worst of a trial first. */
export function ledgerLines(cases: readonly ResultCase[]): LedgerLine[] {
  return cases.flatMap(({ name, trials }) =>
    trials.flatMap(({ round, ledger }) =>
      linesOf({ ...absentInOlderResults, ...ledger }).map(({ weight, text }) => ({
        weight,
        text: `${name} round ${round}: ${text}`,
      })),
    ),
  );
}

/** Results that were written before these were counted are of runs in which none of it could be. */
const absentInOlderResults = {
  returned: 0,
  unroutable: 0,
  republished: 0,
  reordered: 0,
  foreign: 0,
  lostOnAutoAck: 0,
  uncountedQueues: 0,
  lostOnAutoAckMessages: [],
  duplicatedMessages: [],
  reorderedMessages: [],
} as const;

function linesOf(ledger: Ledger): LedgerLine[] {
  return [
    ...lossLines(ledger),
    ...duplicateLines(ledger),
    ...disorderLines(ledger),
    ...foreignLines(ledger),
    ...autoAckLines(ledger),
    ...countLines(ledger),
  ];
}

function lossLines(ledger: Ledger): LedgerLine[] {
  const { lost, lostBasis, lostMessages } = ledger;
  if (lost === 0) return [];
  const certain = certainlyLost(ledger);
  const reasons = boundReasons(ledger);
  const least = certain > 0 ? `${formatCount(certain)} to` : 'at most';
  const count = reasons.length === 0 ? formatCount(lost) : `${least} ${formatCount(lost)}`;
  const what =
    lostBasis === 'confirmed'
      ? `${count} confirmed ${messages(lost)} lost`
      : `${count} ${messages(lost)} published without confirms and lost`;
  const why = reasons.length === 0 ? '' : `, for ${reasons.join(' and ')}`;
  return [{ weight: certain > 0 ? 'bad' : 'odd', text: what + why + namedMessages(lostMessages) }];
}

/** Why fewer messages than counted, or none, may be lost. */
function boundReasons({ leftInQueues, uncountedQueues }: Ledger): string[] {
  const left = `${formatCount(leftInQueues)} ${leftInQueues === 1 ? 'was' : 'were'} left in queues`;
  const queues = uncountedQueues === 1 ? 'queue' : 'queues';
  const uncounted = `${formatCount(uncountedQueues)} ${queues} could not be asked what was left`;
  return [...(leftInQueues > 0 ? [left] : []), ...(uncountedQueues > 0 ? [uncounted] : [])];
}

function duplicateLines({ duplicated, duplicatedMessages }: Ledger): LedgerLine[] {
  if (duplicated === 0) return [];
  const what = `${formatCount(duplicated)} ${duplicated === 1 ? 'duplicate' : 'duplicates'} delivered`;
  return [{ weight: 'bad', text: `${what}${namedMessages(duplicatedMessages)}` }];
}

function disorderLines({ reordered, reorderedMessages }: Ledger): LedgerLine[] {
  if (reordered === 0) return [];
  const what = `${formatCount(reordered)} ${messages(reordered)} out of order`;
  return [{ weight: 'bad', text: `${what}${namedMessages(reorderedMessages)}` }];
}

function foreignLines({ foreign }: Ledger): LedgerLine[] {
  if (foreign === 0) return [];
  const text = `${formatCount(foreign)} foreign ${messages(foreign)}, not published by this trial`;
  return [{ weight: 'bad', text }];
}

function autoAckLines({ lostOnAutoAck, lostOnAutoAckMessages }: Ledger): LedgerLine[] {
  if (lostOnAutoAck === 0) return [];
  const their = lostOnAutoAck === 1 ? 'its' : 'their';
  const what =
    `${formatCount(lostOnAutoAck)} ${messages(lostOnAutoAck)} never came, and may have been sent ` +
    `without acks and lost with ${their} connection`;
  return [{ weight: 'odd', text: `${what}${namedMessages(lostOnAutoAckMessages)}` }];
}

function countLines(ledger: Ledger): LedgerLine[] {
  const counts = [
    [ledger.nacked, 'nacked'],
    [ledger.returned, 'returned'],
    [ledger.unroutable, 'unroutable'],
    [ledger.inDoubt, 'in doubt'],
    [ledger.republished, 'republished'],
    [ledger.redelivered, 'redelivered'],
  ] as const;
  const told = counts.filter(([count]) => count > 0);
  if (told.length === 0) return [];
  const text = told.map(([count, what]) => `${formatCount(count)} ${what}`).join(', ');
  return [{ weight: 'expected', text }];
}

function messages(count: number): string {
  return count === 1 ? 'message' : 'messages';
}
