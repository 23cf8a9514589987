import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Paint, paintFor } from '../../src/report/paint.js';
import { renderRunSummary } from '../../src/report/run-summary.js';
import { toGeneratorCeiling } from '../../src/result/calibration.js';
import type { Environment, Result, ResultCase, Trial } from '../../src/result/result.js';
import { exampleCalibration } from '../support/example-calibration.js';
import {
  exampleCase,
  exampleClaim,
  exampleLatency,
  exampleLedger,
  exampleObserved,
  exampleResult,
  exampleTrial,
} from '../support/example-result.js';
import { troubledMatrix } from './matrix.js';

function render(result: Result, columns = 100): string {
  return renderRunSummary(result, { columns, paint: paintFor({}) });
}

/** Paints by naming the brush, as `red<text>`. */
const named: Paint = {
  bold: (text) => text,
  dim: (text) => `dim<${text}>`,
  red: (text) => `red<${text}>`,
  green: (text) => `green<${text}>`,
  yellow: (text) => `yellow<${text}>`,
};

const claims = [
  exampleClaim(),
  exampleClaim({
    says: 'Persistence lowers throughput',
    expect: { below: 1 },
    ratio: 1.084,
    interval: [1.021, 1.151],
    verdict: 'fails',
  }),
  exampleClaim({
    says: 'More prefetch raises throughput, up to the point where the consumer is the bottleneck',
    expect: { between: [1.5, 4] },
    ratio: 2.91,
    interval: [1.12, 7.55],
    rounds: 2,
    verdict: 'inconclusive',
  }),
  exampleClaim({
    says: 'Quorum queues are slower',
    expect: { atMost: 0.9 },
    ratio: 0.8,
    interval: null,
    rounds: 1,
    verdict: 'inconclusive',
  }),
  exampleClaim({
    says: 'Nobody measured this',
    expect: { atLeast: 2 },
    ratio: null,
    interval: null,
    rounds: 0,
    verdict: 'inconclusive',
  }),
];

const busy: Trial['warnings'][number] = {
  kind: 'generator-busy',
  text: 'A thread of the generator was busy 97 % of the time: rmqbench was measured, not the broker. Use fewer publishers or consumers, larger messages, or more processors.',
};
const left: Trial['warnings'][number] = {
  kind: 'left-in-queues',
  text: '20.0k messages were still queued when the drain\'s limit was over: "lost" is an upper bound. Raise measure.drain.',
};

/** The troubled matrix with the warnings that belong to its troubles. */
function warnedMatrix(): ResultCase[] {
  return troubledMatrix().map((one) => ({
    ...one,
    trials: one.trials.map((trial) => ({
      ...trial,
      warnings: [...(trial.valid ? [] : [busy]), ...(trial.ledger.leftInQueues > 0 ? [left] : [])],
    })),
  }));
}

describe('the summary of a run', () => {
  test.each([80, 160])('reads like this at %d columns', async (columns) => {
    const result = exampleResult(warnedMatrix(), { claims, interrupted: true });
    const path = `golden/run-summary-${columns}.txt`;
    await expect(`${render(result, columns)}\n`).toMatchFileSnapshot(path);
  });

  test('of one case on a cluster of the user reads like this', async () => {
    const one = exampleCase('default', [12_340], {
      broker: { product: 'RabbitMQ', version: '4.0.5', erlang: null, nodes: [] },
      loadBalancer: null,
      latencyMicros: { endToEnd: exampleLatency(1_870), service: exampleLatency(1_520) },
    });
    await expect(`${render(exampleResult([one]), 80)}\n`).toMatchFileSnapshot(
      'golden/run-summary-one-case.txt',
    );
  });

  test('has no line wider than the terminal, from 70 columns on', () => {
    const result = exampleResult(warnedMatrix(), { claims, interrupted: true });
    fc.assert(
      fc.property(fc.integer({ min: 70, max: 200 }), (columns) => {
        const widths = render(result, columns)
          .split('\n')
          .map((line) => line.length);
        expect(Math.max(...widths)).toBeLessThanOrEqual(columns);
      }),
      { numRuns: 30 },
    );
  });

  test('names once what was not watched, however many trials say so', () => {
    const absent = ['The processes were not watched.'];
    const trial = (round: number) =>
      exampleTrial(10, { round, observed: exampleObserved({ absent }) });
    const cases = [exampleCase('a', [], { trials: [trial(1), trial(2)] })];
    const text = renderRunSummary(exampleResult(cases), { columns: 100, paint: named });
    expect(text.match(/.*not watched.*/g)).toEqual(['dim<The processes were not watched.>']);
  });

  test('says that it was cut short only when it was', () => {
    const cases = [exampleCase('a', [1])];
    expect(render(exampleResult(cases, { interrupted: true }))).toContain('cut short');
    expect(render(exampleResult(cases))).not.toContain('cut short');
  });

  test('is headed by a broker of one node in the singular', () => {
    const broker = { product: 'RabbitMQ', version: '4.0.5', erlang: null, nodes: ['a'] };
    const [head] = render(
      exampleResult([exampleCase('a', [1], { broker, loadBalancer: null })]),
    ).split('\n');
    expect(head).toBe('mirror-persistent: RabbitMQ 4.0.5, 1 node');
  });

  test('gives each kind of warning once, with the number of trials that it stands in', () => {
    const trial = (round: number) => exampleTrial(10, { round, warnings: [busy] });
    const cases = [
      exampleCase('a', [], { trials: [exampleTrial(10), trial(2)] }),
      exampleCase('b', [], { trials: [trial(1), trial(2)] }),
    ];
    const text = render(exampleResult(cases), 200);
    expect(text.match(/warning .*?:/g)).toEqual([
      'warning generator-busy, a round 2 and 2 more trials:',
    ]);
  });

  test('paints red what must not be, and yellow what may be no loss at all', () => {
    const range = { first: 1, last: 8, fromSeconds: 1, toSeconds: 2 };
    const lostMessages = [{ publisher: 4, ranges: [range] }];
    const brushOf = (leftInQueues: number) => {
      const ledger = exampleLedger({ lost: 8, leftInQueues, lostMessages });
      const cases = [exampleCase('a', [], { trials: [exampleTrial(10, { ledger })] })];
      const text = renderRunSummary(exampleResult(cases), { columns: 200, paint: named });
      return /(\w+)<a round 1/.exec(text)?.[1];
    };
    expect([brushOf(0), brushOf(7), brushOf(8)]).toEqual(['red', 'red', 'yellow']);
  });

  test('tells what happened in a trial, each event on a line of its own below it', () => {
    const event = { untilSeconds: null, kind: 'connections-lost', count: 1 } as const;
    const events = [
      { ...event, atSeconds: 1.5, text: 'one thing' },
      { ...event, atSeconds: 3, text: 'another' },
    ];
    const cases = [exampleCase('a', [], { trials: [exampleTrial(10, { events })] })];
    expect(render(exampleResult(cases))).toContain(
      '\n\nwhat happened in a round 1:\n  1.5 s: one thing\n  3.0 s: another',
    );
  });

  test.each(['mirror-persistent', 'mirror-latency'])(
    'can be made of a result of an older rmqbench, %s',
    async (name) => {
      const text = await readFile(`results/published/${name}.json`, 'utf8');
      const older = JSON.parse(text) as Result;
      expect(render(older)).toContain(`${name}: RabbitMQ 3.10.8, 3 nodes behind HAProxy`);
    },
  );
});

describe('what the summary says of the generator', () => {
  const generatorCeiling = toGeneratorCeiling(exampleCalibration());
  const machine = exampleResult([]).environment;
  const calibrated = { ...machine, generatorCeiling };
  const ofShares = (...shares: readonly (number | null)[]) =>
    shares.map((share, i) =>
      exampleCase(`${i}`, [], { trials: [exampleTrial(10, { ofGeneratorCeiling: share })] }),
    );
  const busyCase = exampleCase('a', [], { trials: [exampleTrial(10, { warnings: [busy] })] });

  function generatorLine(cases: readonly ResultCase[], environment: Environment = calibrated) {
    const lines = render(exampleResult(cases, { environment }), 200).split('\n');
    return lines.find((line) => /^generator|calibrate/.test(line));
  }

  test.each([
    [[0.021, 0.03, 0.007], '3 %'],
    [[0.0301], '4 %'],
    [[0.00001], '1 %'],
    [[0], '0 %'],
    [[1.12, null], '112 %'],
  ])('is how near it came at most: %j', (shares, percent) => {
    expect(generatorLine(ofShares(...shares))).toBe(
      `generator: at most ${percent} of what one core a side can do here (calibrated 2026-11-22).`,
    );
  });

  test('speaks of its threads where it has several a side', () => {
    const environment = { ...calibrated, publisherThreads: 4, consumerThreads: 4 };
    expect(generatorLine(ofShares(0.5), environment)).toContain('of what its threads can do');
  });

  test('is nothing when the calibration is of another client', () => {
    expect(generatorLine(ofShares(null))).toBeUndefined();
  });

  test('is nothing without a calibration', () => {
    expect(generatorLine(ofShares(null), machine)).toBeUndefined();
  });

  test('is how to learn what it can do, when that is what limited', () => {
    expect(generatorLine([busyCase], machine)).toBe(
      '`rmqbench calibrate` measures what the generator can do on this machine.',
    );
    expect(generatorLine([busyCase])).toBeUndefined();
  });
});
