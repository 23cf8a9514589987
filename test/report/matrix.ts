import { caseName } from '../../src/base/vary-text.js';
import type { ResultCase, Trial } from '../../src/result/result.js';
import {
  exampleCase,
  exampleLatency,
  exampleLedger,
  exampleTrial,
} from '../support/example-result.js';

/** Two by two by four cases as `profiles/mirror-persistent.yaml` has them, in three rounds. */
export function matrix(): ResultCase[] {
  return [none, all].flatMap((mirrors) =>
    [false, true].flatMap((persistent) =>
      [1, 10, 100, 1000].map((prefetch, i) => toCase(mirrors, persistent, { prefetch, i })),
    ),
  );
}

const none = { value: 'none', factor: 1 };
const all = { value: 'all', factor: 0.42 };

function toCase(
  mirrors: { readonly value: string; readonly factor: number },
  persistent: boolean,
  { prefetch, i }: { readonly prefetch: number; readonly i: number },
): ResultCase {
  const vary = {
    'queues.mirrors': mirrors.value,
    'publishers.persistent': persistent,
    'consumers.prefetch': prefetch,
  };
  const name = caseName(vary);
  const rate = ([5180, 11_940, 15_210, 15_630][i] ?? 0) * mirrors.factor * (persistent ? 0.87 : 1);
  // The slowest cases leave too few samples for the 99.9th percentile.
  const samples = Math.round(rate * 30);
  return exampleCase(name, [rate * 0.96, rate, rate * 1.05], {
    vary,
    latencyMicros: { service: exampleLatency(4.2e8 / rate, samples) },
  });
}

/**
 * The matrix with what goes wrong in practice: a skipped case, losses, an invalid one, no samples, a
 * broker that doubles and reorders, and one whose connections are lost.
 */
export function troubledMatrix(): ResultCase[] {
  const cases = matrix();
  return cases.map((one, i) => {
    if (i === 15) {
      const skipped = 'mirroring is set by a policy over the management API';
      return { ...one, skipped, trials: [], latencyMicros: {} };
    }
    if (i === 1) return withFirstTrial(one, lyingBroker);
    if (i === 8) return withFirstTrial(one, lostConnections);
    if (i === 9) return withFirstTrial(one, losing(37, 0));
    if (i === 10) return withFirstTrial(one, losing(12_345, 20_000));
    if (i === 12) return invalid(one);
    if (i === 13) return { ...one, latencyMicros: { service: exampleLatency(80_000, 900) } };
    return one;
  });
}

/** Latencies of a case are those of its valid trials. */
function invalid(one: ResultCase): ResultCase {
  const trials = one.trials.map((trial) => ({ ...trial, valid: false }));
  return { ...one, trials, latencyMicros: {} };
}

function withFirstTrial(one: ResultCase, changes: Partial<Trial>): ResultCase {
  const [first, ...others] = one.trials;
  const rate = first?.throughput.consumedPerSecond ?? 0;
  return { ...one, trials: [exampleTrial(rate, changes), ...others] };
}

function losing(lost: number, leftInQueues: number): Partial<Trial> {
  const range = { first: 100, last: 100 + lost - 1, fromSeconds: 12.11, toSeconds: 12.38 };
  const lostMessages = [{ publisher: 2, ranges: [range] }];
  return { ledger: exampleLedger({ lost, leftInQueues, lostMessages }) };
}

const lyingBroker: Partial<Trial> = {
  ledger: exampleLedger({
    duplicated: 5,
    duplicatedMessages: [
      {
        publisher: 0,
        ranges: [
          { first: 17, last: 17, fromSeconds: 0.02, toSeconds: 0.02 },
          { first: 40, last: 43, fromSeconds: 0.05, toSeconds: 0.07 },
        ],
      },
    ],
    reordered: 1,
    reorderedMessages: [
      { publisher: 3, ranges: [{ first: 9, last: 9, fromSeconds: -0.41, toSeconds: -0.41 }] },
    ],
    foreign: 2,
  }),
};

const lostConnections: Partial<Trial> = {
  events: [
    {
      atSeconds: 4.2,
      untilSeconds: 5,
      kind: 'connections-lost',
      text: '6 publishers and 6 consumers lost their connections (socket closed); all were back after 0.8 s and 14 attempts; 2 messages were in doubt',
      count: 12,
      attempts: 14,
      inDoubt: 2,
    },
    {
      atSeconds: 7.06,
      untilSeconds: null,
      kind: 'connections-blocked',
      text: 'the broker blocked 6 connections (low on memory), to the end',
      count: 6,
    },
  ],
  ledger: exampleLedger({ republished: 2, redelivered: 480, inDoubt: 1 }),
};
