import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/base/exit-codes.js';
import { judgeResult, worstOf } from '../../src/cli/verdict.js';
import type { Ledger } from '../../src/measure/ledger.js';
import type { Verdict } from '../../src/result/result.js';
import { exampleCapacity, exampleProbe } from '../support/example-capacity.js';
import {
  exampleCase,
  exampleClaim,
  exampleLedger,
  exampleResult,
  exampleTrial,
} from '../support/example-result.js';

function judge(given: {
  readonly ledger?: Partial<Ledger>;
  readonly claims?: readonly Verdict[];
  readonly strict?: boolean;
}): number {
  const { ledger = {}, claims = [], strict = false } = given;
  const trials = [exampleTrial(1), exampleTrial(1, { ledger: exampleLedger(ledger) })];
  const result = exampleResult([exampleCase('a', [1]), exampleCase('b', [], { trials })], {
    claims: claims.map((verdict) => exampleClaim({ verdict })),
  });
  return judgeResult(result, strict);
}

describe('losing messages', () => {
  test.each<[string, Partial<Ledger>, number]>([
    ['nothing', {}, 0],
    ['a confirmed message', { lost: 1 }, 4],
    ['a message that nobody confirmed', { lost: 1, lostBasis: 'published' }, 0],
    ['no more than what is still queued', { lost: 5, leftInQueues: 5 }, 0],
    ['more than what is still queued', { lost: 6, leftInQueues: 5 }, 4],
    ['any number while a queue could not be asked', { lost: 6, uncountedQueues: 1 }, 0],
    ['what no acknowledgement vouched for', { lostOnAutoAck: 7 }, 0],
  ])('%s', (_, ledger, code) => {
    expect(judge({ ledger })).toBe(code);
  });

  test('is bad under --strict too, whatever the claims', () => {
    expect(judge({ ledger: { lost: 1 }, claims: ['inconclusive'], strict: true })).toBe(4);
  });
});

describe('losing messages in a probe of a capacity', () => {
  test.each([
    ['confirmed', 4],
    ['published', 0],
  ] as const)('that were %s ends with %d', (lostBasis, code) => {
    const ledger = { ...exampleProbe().ledger, lost: 1, lostBasis };
    const capacity = exampleCapacity({ probes: [exampleProbe(), exampleProbe({ ledger })] });
    const result = exampleResult([exampleCase('a', [1], { capacity })]);
    expect(judgeResult(result, false)).toBe(code);
  });
});

describe('claims', () => {
  test.each<[readonly Verdict[], number]>([
    [[], 0],
    [['holds', 'holds'], 0],
    [['holds', 'inconclusive'], 5],
    [['inconclusive', 'fails', 'holds'], 4],
  ])('%j under --strict end with %d', (claims, code) => {
    expect(judge({ claims, strict: true })).toBe(code);
  });

  test('inform and do not count without --strict', () => {
    expect(judge({ claims: ['fails', 'inconclusive'] })).toBe(0);
  });
});

describe('of two outcomes the shell hears', () => {
  const code = fc.constantFrom(...Object.values(exitCodes));

  test('the same, whichever came first', () => {
    fc.assert(
      fc.property(code, code, (one, other) => {
        expect(worstOf(one, other)).toBe(worstOf(other, one));
        expect([one, other]).toContain(worstOf(one, other));
      }),
    );
  });

  test('of the good one only when both are good', () => {
    fc.assert(
      fc.property(code, code, (one, other) => {
        expect(worstOf(one, other) === 0).toBe(one === 0 && other === 0);
      }),
    );
  });

  test.each([
    [130, 1],
    [1, 3],
    [3, 2],
    [2, 4],
    [4, 5],
  ] as const)('%d rather than %d', (graver, other) => {
    expect(worstOf(other, graver)).toBe(graver);
  });
});
