import { describe, expect, test } from 'vitest';
import type { Trial } from '../../src/result/result.js';
import { littlesLawOf, steadyStateOf } from '../../src/run/steadiness.js';
import { exampleLatency, exampleLedger, exampleTrial } from '../support/example-result.js';
import { finishedTrial, samplerOf } from './finished-trial.js';

/** A sampler that saw the window of ten seconds, with totals that follow from the seconds into it. */
function watched(totals: (seconds: number) => { published: number; consumed: number }) {
  return samplerOf(
    ...Array.from({ length: 101 }, (_, i) => ({ atMicros: 4e6 + i * 1e5, ...totals(i / 10) })),
  );
}

const level = (seconds: number) => 1000 * seconds;
/** At a half of the rate for the first three seconds. */
const late = (seconds: number) => 1000 * seconds - 500 * Math.min(seconds, 3);
/** The same at four fifths. */
const latish = (seconds: number) => 1000 * seconds - 200 * Math.min(seconds, 3);

describe('the steady state of a trial', () => {
  const judge = (
    published: (seconds: number) => number,
    consumed: (seconds: number) => number,
    profile = 'name: a',
  ) => {
    const sampler = watched((seconds) => ({
      published: published(seconds),
      consumed: consumed(seconds),
    }));
    return steadyStateOf(finishedTrial(profile, { sampler }));
  };

  test.each([
    ['both settled', level, level, 'consumed', 'settled'],
    ['what was published alone did not settle', late, level, 'published', 'unsettled'],
    ['what was consumed alone did not settle', level, late, 'consumed', 'unsettled'],
    ['neither settled, consuming less so', latish, late, 'consumed', 'unsettled'],
    ['neither settled, publishing less so', late, latish, 'published', 'unsettled'],
  ] as const)('when %s is that', (_, published, consumed, rate, verdict) => {
    expect(judge(published, consumed)).toMatchObject({ rate, verdict });
  });

  test.each([
    ['500/s', 'published', 'settled'],
    ['max', 'consumed', 'unsettled'],
  ])('is that of publishing where a schedule fills transactions: rate %s', (rate, of, verdict) => {
    const profile = `name: a\npublishers: { rate: ${rate}, confirm: { transaction: 100 } }`;
    expect(judge(level, late, profile)).toMatchObject({ rate: of, verdict });
  });

  test('is unknown when nothing was sampled', () => {
    expect(steadyStateOf(finishedTrial())?.verdict).toBe('unknown');
  });

  test.each([
    ['{ each: [{ for: 5s, rate: 100/s }, { for: 5s, rate: 1k/s }] }'],
    ['{ total: [{ for: 10s, from: 100/s, to: 1k/s }] }'],
  ])('is not judged where the rate asked for changes: %s', (rate) => {
    expect(judge(late, late, `name: a\npublishers: { rate: ${rate} }`)).toBeNull();
  });

  test.each([
    ['{ each: [{ for: 5s, rate: 100/s }, { for: 5s, rate: 100/s }] }', 'unsettled'],
    ['500/s', 'unsettled'],
    ['{ total: 500/s }', 'unsettled'],
    ['max', 'unsettled'],
  ])('is judged at a rate that stays as it is: %s', (rate, verdict) => {
    expect(judge(late, late, `name: a\npublishers: { rate: ${rate} }`)?.verdict).toBe(verdict);
  });
});

describe("Little's law in a trial", () => {
  const latencyMicros = {
    confirmService: exampleLatency(80_000),
    service: exampleLatency(80_000),
  };
  const clean: Trial = {
    ...exampleTrial(1000),
    latencyMicros,
    ledger: exampleLedger({ published: 100, delivered: 100, unique: 100 }),
  };
  const profile = (publishers: string, consumers = '{}') =>
    `name: a\npublishers: ${publishers}\nconsumers: ${consumers}`;

  /** Ninety-six messages await their confirms all the time, and as many their delivery. */
  function judge(changes: Partial<Trial>, text = 'name: a') {
    const sampler = samplerOf(
      ...Array.from({ length: 101 }, (_, i) => ({
        atMicros: 4e6 + i * 1e5,
        published: 1000 + 100 * i,
        confirmed: 904 + 100 * i,
        consumed: 904 + 100 * i,
      })),
    );
    const law = littlesLawOf(finishedTrial(text, { sampler }), { ...clean, ...changes });
    return [law.confirms?.verdict ?? null, law.service?.verdict ?? null];
  }

  test('holds for confirms and deliveries when latencies are right', () => {
    // The mean of an example latency is 1.2 times its median.
    expect(judge({})).toEqual(['holds', 'holds']);
  });

  test('is broken for those whose latencies are not', () => {
    const half = exampleLatency(40_000);
    expect(judge({ latencyMicros: { ...latencyMicros, service: half } })).toEqual([
      'holds',
      'broken',
    ]);
    expect(judge({ latencyMicros: { ...latencyMicros, confirmService: half } })).toEqual([
      'broken',
      'holds',
    ]);
  });

  test('is not judged without latencies', () => {
    expect(judge({ latencyMicros: {} })).toEqual([null, null]);
  });

  test.each([
    ['nacked', { nacked: 1 }, [null, null]],
    ['in doubt', { inDoubt: 1 }, [null, null]],
    ['republished', { republished: 1 }, [null, null]],
    ['redelivered', { redelivered: 1 }, ['holds', null]],
    ['lost', { unique: 99, delivered: 99 }, ['holds', null]],
    ['lost and another doubled', { unique: 99 }, ['holds', null]],
    ['doubled', { delivered: 101 }, ['holds', null]],
    ['left in a queue', { leftInQueues: 1 }, ['holds', null]],
    ['foreign', { foreign: 1 }, ['holds', null]],
  ])('is not judged of what a message that was %s may spoil', (_, books, expected) => {
    expect(judge({ ledger: { ...clean.ledger, ...books } })).toEqual(expected);
  });

  test('is not judged when a connection was lost', () => {
    expect(judge({ connections: { ...clean.connections, lost: 1 } })).toEqual([null, null]);
  });

  test('is not judged of deliveries while throughput has not settled', () => {
    const steadyState = clean.steadyState && {
      ...clean.steadyState,
      verdict: 'unsettled' as const,
    };
    expect(judge({ steadyState })).toEqual(['holds', null]);
  });

  test.each([
    ['transactions on a schedule', profile('{ rate: 1k/s, confirm: { transaction: 100 } }')],
    ['consumers that work', profile('{}', '{ work: 5ms }')],
    ['consumers with a rate', profile('{}', '{ rate: 100/s }')],
  ])('is not judged where samples may keep step with %s', (_, text) => {
    expect(judge({}, text)).toEqual([null, null]);
  });

  test('is judged of transactions at rate max', () => {
    expect(judge({}, profile('{ confirm: { transaction: 100 } }'))).toEqual(['holds', 'holds']);
  });
});
