import type { Ledger } from '../../src/measure/ledger.js';
import type { Result, ResultCase, Trial } from '../../src/result/result.js';

/** The books of a trial in which nothing was sent. */
export const emptyLedger: Ledger = {
  published: 0,
  confirmed: 0,
  nacked: 0,
  inDoubt: 0,
  delivered: 0,
  unique: 0,
  redelivered: 0,
  duplicated: 0,
  leftInQueues: 0,
  lost: 0,
  lostBasis: 'confirmed',
  lostMessages: [],
};

/** A valid trial of round 1 without events; a test says only what matters to it. */
export function trialWith(changes: Partial<Trial> = {}): Trial {
  return {
    round: 1,
    position: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    valid: true,
    warnings: [],
    throughput: {
      publishedPerSecond: 0,
      confirmedPerSecond: 0,
      consumedPerSecond: 0,
      consumedBytesPerSecond: 0,
    },
    latencyMicros: {},
    ledger: emptyLedger,
    cost: { generatorCpuMicrosPerMessage: null },
    series: {
      startSeconds: 0,
      stepSeconds: 0.1,
      publishedPerSecond: [],
      confirmedPerSecond: [],
      consumedPerSecond: [],
    },
    events: [],
    ...changes,
  };
}

/** A valid trial that consumed so many messages per second. */
export function trialConsuming(
  consumedPerSecond: number,
  round: number,
  changes: Partial<Trial> = {},
): Trial {
  const { throughput } = trialWith();
  return trialWith({ round, throughput: { ...throughput, consumedPerSecond }, ...changes });
}

export function resultCaseWith(
  vary: Readonly<Record<string, unknown>>,
  trials: readonly Trial[] = [],
  changes: Partial<ResultCase> = {},
): ResultCase {
  return {
    name: 'example',
    vary,
    settings: {},
    broker: null,
    loadBalancer: null,
    latencyMicros: {},
    trials,
    ...changes,
  };
}

export function resultWith(changes: Partial<Result> = {}): Result {
  return {
    schema: 'rmqbench/result@1',
    id: 'example-id',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:05:05.000Z',
    interrupted: false,
    missing: [],
    profile: { name: 'example' },
    seed: 1,
    environment: {
      rmqbench: '0.0.0',
      node: '20.0.0',
      os: 'Linux 6',
      cpuModel: 'a processor',
      cpuCount: 4,
      memoryBytes: 8e9,
      publisherThreads: 1,
      consumerThreads: 1,
    },
    cases: [],
    claims: [],
    ...changes,
  };
}
