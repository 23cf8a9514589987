import { describe, expect, test } from 'vitest';
import type { Ledger } from '../../src/measure/ledger.js';
import type { Connections, Latencies, Warning } from '../../src/result/result.js';
import type { FinishedTrial } from '../../src/run/measured.js';
import { trialWarnings } from '../../src/run/warnings.js';
import { exampleLedger, exampleTrial } from '../support/example-result.js';
import { consumerRecord, finishedTrial, publisherRecord } from './finished-trial.js';

interface Given {
  readonly profile?: string;
  readonly finished?: Partial<FinishedTrial>;
  readonly perSecond?: number;
  readonly consumedPerSecond?: number;
  readonly latencyMicros?: Latencies;
  readonly ledger?: Partial<Ledger>;
  readonly connections?: Partial<Connections>;
}

function warnings({
  profile,
  finished,
  perSecond = 1000,
  ledger,
  connections,
  ...given
}: Given): Warning[] {
  const { consumedPerSecond = perSecond, latencyMicros = {} } = given;
  return trialWarnings(finishedTrial(profile, finished), {
    throughput: { ...exampleTrial(perSecond).throughput, consumedPerSecond },
    latencyMicros,
    ledger: exampleLedger(ledger),
    connections: { ...exampleTrial(perSecond).connections, ...connections },
  });
}

function kinds(given: Given): string[] {
  return warnings(given).map(({ kind }) => kind);
}

function firstText(given: Given): string | undefined {
  return warnings(given)[0]?.text;
}

test('a trial in which all went well has no warnings', () => {
  expect(warnings({})).toEqual([]);
});

describe('a busy generator', () => {
  test.each([
    [0.9, []],
    [0.91, ['generator-busy']],
  ])('is one with a publishing thread above nine tenths: %d', (loopUtilization, expected) => {
    const publishers = [publisherRecord(), publisherRecord({ loopUtilization })];
    expect(kinds({ finished: { publishers } })).toEqual(expected);
  });

  test('is one with a consuming thread that is', () => {
    const consumers = [consumerRecord({ loopUtilization: 0.97 }), consumerRecord()];
    expect(kinds({ finished: { consumers } })).toEqual(['generator-busy']);
  });

  test('is told with how busy the busiest thread was', () => {
    const publishers = [publisherRecord({ loopUtilization: 0.932 })];
    const consumers = [consumerRecord({ loopUtilization: 0.974 })];
    expect(firstText({ finished: { publishers, consumers } })).toContain('busy at 97 % or more');
  });
});

describe('disagreeing clocks', () => {
  test('are told with the number of messages over all threads', () => {
    const consumers = [
      consumerRecord({ negativeLatencies: 3 }),
      consumerRecord({ negativeLatencies: 4 }),
    ];
    const [warning] = warnings({ finished: { consumers } });
    expect(warning?.kind).toBe('clock');
    expect(warning?.text).toMatch(/^7 messages arrived before being sent/);
  });
});

describe('a missed rate', () => {
  const each = 'name: a\npublishers: { count: 4, rate: 250/s }';
  const total = 'name: a\npublishers: { count: 4, rate: { total: 1000/s } }';

  test.each([
    ['for each publisher', each, 990, []],
    ['for each publisher', each, 989, ['rate-missed']],
    ['for them all', total, 990, []],
    ['for them all', total, 989, ['rate-missed']],
  ])('%s is one below 99 %% of what was asked for', (_, profile, perSecond, expected) => {
    expect(kinds({ profile, perSecond })).toEqual(expected);
  });

  test('is told with what was asked for and what was achieved', () => {
    expect(firstText({ profile: each, perSecond: 612 })).toContain(
      '612/s were published of 1000/s asked for',
    );
  });

  test('cannot be without a rate', () => {
    expect(kinds({ profile: 'name: a\npublishers: { rate: max }', perSecond: 0 })).toEqual([]);
  });
});

describe('queues that grow', () => {
  const fixed = 'name: a\npublishers: { rate: 1000/s }';

  test.each([
    [980, []],
    [979, ['queues-grew']],
  ])(
    'are told when consumers get less than 98 %% of what is published: %d',
    (consumed, expected) => {
      expect(kinds({ profile: fixed, consumedPerSecond: consumed })).toEqual(expected);
    },
  );

  describe('where a quarter of the publishers reach no queue', () => {
    const profile = 'name: a\npublishers: { count: 4, rate: 250/s, unroutable: 1 }';

    test.each([
      [735, []],
      [734, ['queues-grew']],
    ])('are told by what is published to queues: %d', (consumedPerSecond, expected) => {
      expect(kinds({ profile, consumedPerSecond })).toEqual(expected);
    });

    test('are told with what was published to queues', () => {
      expect(firstText({ profile, consumedPerSecond: 500 })).toContain(
        '500/s were consumed of 750/s published to queues',
      );
    });
  });

  test('are what rate max is about', () => {
    expect(kinds({ consumedPerSecond: 1 })).toEqual([]);
  });
});

describe('a late generator', () => {
  const summary = (p50: number) => ({
    ...{ count: 1000, min: 1, p90: p50, p99: p50, p999: p50, p9999: p50, max: p50, mean: p50 },
    ...{ p50, histogram: '' },
  });
  const late = (lag: number) => ({ endToEnd: summary(1000), publishLag: summary(lag) });

  test.each([
    [100, []],
    [101, ['generator-late']],
  ])('is one whose own lag is more than a tenth of the median latency: %d', (lag, expected) => {
    expect(kinds({ latencyMicros: late(lag) })).toEqual(expected);
  });

  test('is told with its lag and the share it has in the latency', () => {
    expect(firstText({ latencyMicros: late(530) })).toContain('530 µs or more after they should');
    expect(firstText({ latencyMicros: late(530) })).toContain('53 % of the median latency');
  });
});

describe('an unfinished drain', () => {
  test.each([
    [0, []],
    [1, ['left-in-queues']],
  ])('is one that leaves messages queued: %d', (leftInQueues, expected) => {
    expect(kinds({ ledger: { leftInQueues } })).toEqual(expected);
  });

  test('is told with how many there were', () => {
    const ledger = { leftInQueues: 12_345 };
    expect(firstText({ ledger })).toMatch(/^12\.3k messages still queued/);
  });

  test('is also one with a queue that could not be asked', () => {
    const ledger = { uncountedQueues: 2 };
    expect(kinds({ ledger })).toEqual(['left-in-queues']);
    expect(firstText({ ledger })).toMatch(/^2 queues could not be asked.*upper bound/);
  });

  test('is told once when there are both', () => {
    const ledger = { leftInQueues: 1, uncountedQueues: 1 };
    expect(kinds({ ledger })).toEqual(['left-in-queues']);
    expect(firstText({ ledger })).toMatch(/^1 message still queued .* and 1 queue could not/);
  });
});

describe('connections', () => {
  test('that were lost are told with how often and for how long', () => {
    const connections = { lost: 12, downSeconds: 9.96, longestDownSeconds: 0.83 };
    expect(kinds({ connections })).toEqual(['connections-lost']);
    expect(firstText({ connections })).toMatch(/lost 12 times.* 9\.96 s in all, 830 ms at most/);
  });

  test('that were blocked are told with how often and for how long', () => {
    const connections = { blocked: 1, blockedSeconds: 2.1, longestBlockedSeconds: 2.1 };
    expect(kinds({ connections })).toEqual(['connections-blocked']);
    expect(firstText({ connections })).toMatch(/connections once, for 2\.10 s in all/);
  });
});

test('messages of somebody else are told with their number', () => {
  const ledger = { foreign: 3 };
  expect(kinds({ ledger })).toEqual(['foreign-messages']);
  expect(firstText({ ledger })).toMatch(/^3 messages came that this trial did not publish/);
});

test('a trial has every warning whose condition holds', () => {
  const given = {
    profile: 'name: a\npublishers: { rate: 10/s }',
    finished: { consumers: [consumerRecord({ loopUtilization: 1, negativeLatencies: 1 })] },
    perSecond: 1,
    ledger: { leftInQueues: 1 },
  };
  expect(kinds(given)).toEqual(['generator-busy', 'clock', 'rate-missed', 'left-in-queues']);
});
