import { describe, expect, test } from 'vitest';
import { type CaseRow, caseTable } from '../../src/report/case-rows.js';
import type { ResultCase } from '../../src/result/result.js';
import {
  exampleCase,
  exampleLatency,
  exampleLedger,
  exampleResult,
  exampleTrial,
} from '../support/example-result.js';
import { present } from '../support/fake-channel.js';

function rows(...cases: readonly ResultCase[]): readonly CaseRow[] {
  return caseTable(exampleResult(cases)).rows;
}

function row(one: ResultCase): CaseRow {
  return present(rows(one)[0]);
}

function invalid(rate: number) {
  return exampleTrial(rate, { valid: false });
}

describe('the rate of a case', () => {
  test('is the median of its rounds, with their range', () => {
    const { ratePerSecond } = row(exampleCase('a', [30, 10, 20, 100, 40]));
    expect(ratePerSecond).toEqual({ median: 30, low: 10, high: 100 });
  });

  test('leaves out rounds that are not valid', () => {
    const trials = [exampleTrial(10), invalid(1000), exampleTrial(20), invalid(1)];
    const { ratePerSecond } = row(exampleCase('a', [], { trials }));
    expect(ratePerSecond).toEqual({ median: 15, low: 10, high: 20 });
  });

  test('is unknown when no round is valid', () => {
    expect(row(exampleCase('a', [], { trials: [invalid(10)] })).ratePerSecond).toBeUndefined();
  });
});

describe('the ratio of a case', () => {
  test('is that of its median to the median of the first case', () => {
    const ratios = rows(
      exampleCase('a', [90, 100, 500]),
      exampleCase('b', [250]),
      exampleCase('c', [50]),
    ).map(({ ratioToFirst }) => ratioToFirst);
    expect(ratios).toEqual([1, 2.5, 0.5]);
  });

  test('is to the first case that has a rate', () => {
    const ratios = rows(
      exampleCase('a', [], { trials: [invalid(10)] }),
      exampleCase('b', [200]),
      exampleCase('c', [100]),
    ).map(({ ratioToFirst }) => ratioToFirst);
    expect(ratios).toEqual([undefined, 1, 0.5]);
  });
});

test('the ratio of a case is to the first that consumed anything, for nothing can be divided by 0', () => {
  const cases = [exampleCase('a', [0, 0]), exampleCase('b', [200]), exampleCase('c', [100])];
  expect(rows(...cases).map(({ ratioToFirst }) => ratioToFirst)).toEqual([0, 1, 0.5]);
});

describe('a percentile', () => {
  test.each([
    [199, [undefined, undefined, undefined]],
    [200, [1000, undefined, undefined]],
    [9_999, [1000, undefined, undefined]],
    [10_000, [1000, 4400, undefined]],
    [99_999, [1000, 4400, undefined]],
    [100_000, [1000, 4400, 11_700]],
  ])('of %d samples is shown where enough stand behind it', (count, shown) => {
    const latencyMicros = { service: exampleLatency(1000, count) };
    const { p50, p99, p999 } = row(exampleCase('a', [10], { latencyMicros })).latencyMicros;
    expect([p50, p99, p999]).toEqual(shown);
  });

  test('is from the moment a message should have been sent, where that is known', () => {
    const latencyMicros = { service: exampleLatency(1000), endToEnd: exampleLatency(3000) };
    const table = caseTable(exampleResult([exampleCase('a', [10], { latencyMicros })]));
    expect([table.latency, table.rows[0]?.latencyMicros.p50]).toEqual(['endToEnd', 3000]);
  });

  test('is from the moment a message was sent, where no case has a schedule', () => {
    const latencyMicros = { service: exampleLatency(1000) };
    const table = caseTable(exampleResult([exampleCase('a', [10], { latencyMicros })]));
    expect([table.latency, table.rows[0]?.latencyMicros.p50]).toEqual(['service', 1000]);
  });
});

describe('the loss of a case', () => {
  test('is that of all its rounds together', () => {
    const trials = [3, 0, 4].map((lost) => exampleTrial(10, { ledger: exampleLedger({ lost }) }));
    expect(row(exampleCase('a', [], { trials })).lost).toEqual({
      messages: 7,
      isUpperBound: false,
      isBad: true,
    });
  });

  test('is an upper bound when one round left messages queued', () => {
    const trials = [0, 5].map((leftInQueues) =>
      exampleTrial(10, { ledger: exampleLedger({ leftInQueues }) }),
    );
    expect(row(exampleCase('a', [], { trials })).lost?.isUpperBound).toBe(true);
  });

  test('is an upper bound when a queue of one round could not be asked', () => {
    const trials = [0, 1].map((uncountedQueues) =>
      exampleTrial(10, { ledger: exampleLedger({ lost: 3, uncountedQueues }) }),
    );
    expect(row(exampleCase('a', [], { trials })).lost?.isUpperBound).toBe(true);
  });

  test.each([
    [{ lost: 0 }, false],
    [{ lost: 1 }, true],
    [{ lost: 1, lostBasis: 'published' }, false],
    [{ lost: 5, leftInQueues: 5 }, false],
    [{ lost: 6, leftInQueues: 5 }, true],
    [{ lost: 6, uncountedQueues: 1 }, false],
  ] as const)('of %j is bad: %s', (ledger, isBad) => {
    const trials = [exampleTrial(10), exampleTrial(10, { ledger: exampleLedger(ledger) })];
    expect(row(exampleCase('a', [], { trials })).lost?.isBad).toBe(isBad);
  });

  test('is unknown of a case that did not run', () => {
    expect(row(exampleCase('a', [])).lost).toBeUndefined();
  });
});

describe('the table of cases', () => {
  test('names what varies by its last word, and each case by its values', () => {
    const vary = { 'queues.mirrors': { exactly: 2 }, 'consumers.prefetch': 10 };
    const table = caseTable(exampleResult([exampleCase('a', [1], { vary })]));
    expect([table.labels, table.rows[0]?.values]).toEqual([
      ['mirrors', 'prefetch'],
      ['exactly 2', '10'],
    ]);
  });

  test('has a column for every path that any case varies, and a dash where a case does not', () => {
    const cases = [
      exampleCase('a', [1], { vary: { 'queues.count': 1 } }),
      exampleCase('b', [1], { vary: { 'queues.count': 2, 'queues.type': 'quorum' } }),
    ];
    const table = caseTable(exampleResult(cases));
    expect(table.labels).toEqual(['count', 'type']);
    expect(table.rows.map(({ values }) => values)).toEqual([
      ['1', '–'],
      ['2', 'quorum'],
    ]);
  });

  test('has as many rounds as the case that ran most often', () => {
    const cases = [exampleCase('a', [1]), exampleCase('b', [1, 2, 3]), exampleCase('c', [])];
    expect(caseTable(exampleResult(cases)).rounds).toBe(3);
  });

  test('says why a case was skipped', () => {
    const [skipped, ran] = rows(
      exampleCase('a', [], { skipped: 'too old' }),
      exampleCase('b', [1]),
    );
    expect([skipped?.skipped, ran?.skipped]).toEqual(['too old', undefined]);
  });
});
