import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Broker } from '../../src/result/result.js';
import { ResultDraft, type ResultHeader } from '../../src/result/result-draft.js';
import { exampleCapacity } from '../support/example-capacity.js';
import { exampleClaim, exampleResult, exampleTrial } from '../support/example-result.js';

const { id, startedAt, profile, seed, environment } = exampleResult([]);

const header: ResultHeader = {
  id,
  startedAt,
  profile,
  seed,
  environment,
  cases: ['none', 'all'].map((mirrors) => ({
    name: `mirrors=${mirrors}`,
    vary: { 'queues.mirrors': mirrors },
    settings: { queues: { mirrors } },
  })),
};

const broker: Broker = {
  product: 'RabbitMQ',
  version: '3.13.7',
  erlang: '26',
  nodes: ['rabbit@a'],
};

const going = { interrupted: false, claims: [] };

/** A latency summary that can be told from others by its count. */
function latency(count: number) {
  const quantiles = { p50: 1, p90: 1, p99: 1, p999: 1, p9999: 1 };
  return { service: { count, min: 1, ...quantiles, max: 1, mean: 1, histogram: '' } };
}

describe('a result', () => {
  test('has every case from the start, before anything is measured', () => {
    const untouched = { broker: null, loadBalancer: null, latencyMicros: {}, trials: [] };
    expect(new ResultDraft(header).cases).toEqual(
      header.cases.map((head) => ({ ...head, ...untouched })),
    );
  });

  test('grows by the trials of each case, in the order in which they end', () => {
    const draft = new ResultDraft(header);
    draft.addTrial(1, exampleTrial(0, { round: 1 }), latency(1));
    draft.addTrial(0, exampleTrial(0, { round: 1 }), latency(2));
    draft.addTrial(1, exampleTrial(0, { round: 2 }), latency(3));
    const roundsOf = draft.cases.map(({ trials }) => trials.map(({ round }) => round));
    expect(roundsOf).toEqual([[1], [1, 2]]);
  });

  test('has the latencies that came with the latest trial of a case', () => {
    const draft = new ResultDraft(header);
    draft.addTrial(0, exampleTrial(0, { round: 1 }), latency(1));
    draft.addTrial(0, exampleTrial(0, { round: 2 }), latency(3));
    const counts = draft.cases.map(({ latencyMicros }) => latencyMicros.service?.count);
    expect(counts).toEqual([3, undefined]);
  });

  test('tells which cluster ran which cases', () => {
    const draft = new ResultDraft(header);
    const loadBalancer = { version: '2.8.3', count: 1 };
    draft.ranOn([1], broker, loadBalancer);
    expect(draft.cases).toMatchObject([
      { broker: null, loadBalancer: null },
      { broker, loadBalancer },
    ]);
  });

  test('tells what a case can carry, and says nothing of it for the others', () => {
    const draft = new ResultDraft(header);
    const capacity = exampleCapacity();
    draft.carry([1], capacity);
    expect(draft.cases.map((one) => one.capacity)).toEqual([undefined, capacity]);
    expect(draft.cases.map((one) => 'capacity' in one)).toEqual([false, true]);
  });

  test('tells why a case was skipped, and says nothing of it for the others', () => {
    const draft = new ResultDraft(header);
    draft.skip(1, 'no mirrors here');
    expect(draft.cases.map((one) => one.skipped)).toEqual([undefined, 'no mirrors here']);
    expect(draft.cases.map((one) => 'skipped' in one)).toEqual([false, true]);
  });

  test('knows no case beyond those of its header', () => {
    const draft = new ResultDraft(header);
    expect(() => draft.addTrial(2, exampleTrial(0), {})).toThrow(RangeError);
    expect(() => draft.skip(2, 'a reason')).toThrow(RangeError);
    expect(() => draft.ranOn([0, 2], broker, null)).toThrow(RangeError);
  });
});

describe('a snapshot', () => {
  const now = new Date('2026-05-06T07:08:09.123Z');

  beforeEach(() => {
    vi.useFakeTimers({ now });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('is a whole result, finished now', () => {
    const draft = new ResultDraft(header);
    expect(draft.snapshot(going)).toEqual({
      schema: 'rmqbench/result@1',
      ...header,
      finishedAt: now.toISOString(),
      interrupted: false,
      missing: [],
      cases: draft.cases,
      claims: [],
    });
  });

  test('names each thing that the run lacked once', () => {
    const draft = new ResultDraft(header);
    draft.lacks(['No management API.']);
    draft.lacks(['No management API.']);
    expect(draft.snapshot(going).missing).toEqual(['No management API.']);
  });

  test('tells whether the run was cut short', () => {
    const draft = new ResultDraft(header);
    expect(draft.snapshot({ interrupted: true, claims: [] }).interrupted).toBe(true);
  });

  test('carries the verdicts that it was given', () => {
    const verdict = exampleClaim();
    const draft = new ResultDraft(header);
    expect(draft.snapshot({ interrupted: false, claims: [verdict] }).claims).toEqual([verdict]);
  });

  test('is not changed by what comes later', () => {
    const draft = new ResultDraft(header);
    draft.addTrial(0, exampleTrial(0, { round: 1 }), latency(1));
    const snapshot = draft.snapshot(going);
    const before = structuredClone(snapshot);
    draft.addTrial(0, exampleTrial(0, { round: 2 }), latency(2));
    draft.skip(1, 'a reason');
    draft.ranOn([0], broker, null);
    expect(snapshot).toEqual(before);
  });

  test('has all that came before it', () => {
    const draft = new ResultDraft(header);
    draft.snapshot(going);
    draft.addTrial(0, exampleTrial(0, { round: 1 }), latency(1));
    expect(draft.snapshot(going).cases[0]?.trials).toHaveLength(1);
  });
});
