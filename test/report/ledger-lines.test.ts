import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/measure/ledger.js';
import { type LedgerLine, ledgerLines } from '../../src/report/ledger-lines.js';
import { exampleCase, exampleLedger, exampleTrial } from '../support/example-result.js';

const range = { first: 811, last: 813, fromSeconds: 12.1, toSeconds: 12.4 };
const three = [{ publisher: 4, ranges: [range] }];
const named = ': publisher 4, sequences 811–813, sent between 12.1 s and 12.4 s';

function linesOf(ledger: Partial<Ledger>): LedgerLine[] {
  const trial = exampleTrial(10, { round: 2, ledger: exampleLedger(ledger) });
  return ledgerLines([exampleCase('a', [], { trials: [trial] })]);
}

describe('the books of a trial in words', () => {
  test('are silent when all went well', () => {
    expect(linesOf({})).toEqual([]);
  });

  test.each<[LedgerLine['weight'], string, Partial<Ledger>]>([
    ['bad', `3 confirmed messages lost${named}`, { lost: 3, lostMessages: three }],
    ['bad', '1 confirmed message lost', { lost: 1 }],
    [
      'odd',
      `3 messages published without confirms and lost${named}`,
      { lost: 3, lostBasis: 'published', lostMessages: three },
    ],
    [
      'odd',
      `at most 3 confirmed messages lost, for 20.0k were left in queues${named}`,
      { lost: 3, lostMessages: three, leftInQueues: 20_000 },
    ],
    [
      'bad',
      `2 to 3 confirmed messages lost, for 1 was left in queues${named}`,
      { lost: 3, lostMessages: three, leftInQueues: 1 },
    ],
    [
      'odd',
      `at most 3 confirmed messages lost, for 1 queue could not be asked what was left${named}`,
      { lost: 3, lostMessages: three, uncountedQueues: 1 },
    ],
    [
      'odd',
      'at most 3 messages published without confirms and lost, for 2 were left in queues and 2 queues could not be asked what was left',
      { lost: 3, lostBasis: 'published', leftInQueues: 2, uncountedQueues: 2 },
    ],
    ['bad', `5 duplicates delivered${named}`, { duplicated: 5, duplicatedMessages: three }],
    ['bad', '1 duplicate delivered', { duplicated: 1 }],
    ['bad', `3 messages out of order${named}`, { reordered: 3, reorderedMessages: three }],
    ['bad', '2 foreign messages, not published by this trial', { foreign: 2 }],
    [
      'odd',
      `3 messages never came, and may have been sent without acks and lost with their connection${named}`,
      { lostOnAutoAck: 3, lostOnAutoAckMessages: three },
    ],
    [
      'odd',
      '1 message never came, and may have been sent without acks and lost with its connection',
      { lostOnAutoAck: 1 },
    ],
    ['expected', '12 nacked, 4 in doubt', { nacked: 12, inDoubt: 4 }],
    [
      'expected',
      '30 returned, 120 unroutable, 8 republished, 12.3k redelivered',
      { returned: 30, unroutable: 120, republished: 8, redelivered: 12_345 },
    ],
  ])('say what is %s: %s', (weight, text, ledger) => {
    expect(linesOf(ledger)).toEqual([{ weight, text: `a round 2: ${text}` }]);
  });

  test('say nothing of what is left in queues when nothing is missing', () => {
    expect(linesOf({ leftInQueues: 5, uncountedQueues: 1 })).toEqual([]);
  });

  test('come one trial after the other, the worst of each first', () => {
    const trials = [1, 2].map((round) =>
      exampleTrial(10, { round, ledger: exampleLedger({ nacked: 1, lostOnAutoAck: 1, lost: 1 }) }),
    );
    const lines = ledgerLines([exampleCase('a', [], { trials })]);
    expect(lines.map(({ weight }) => weight)).toEqual([
      ...['bad', 'odd', 'expected'],
      ...['bad', 'odd', 'expected'],
    ]);
    expect(lines.map(({ text }) => text.slice(0, 'a round 1'.length))).toEqual([
      ...['a round 1', 'a round 1', 'a round 1'],
      ...['a round 2', 'a round 2', 'a round 2'],
    ]);
  });
});
