import type { LatencySummary } from '../../src/measure/latency-histogram.js';
import type { Ledger } from '../../src/measure/ledger.js';
import type { Observed } from '../../src/result/observed.js';
import type { ClaimVerdict, Cost, Result, ResultCase, Trial } from '../../src/result/result.js';

/** A latency of `count` messages around `p50`; its histogram is none that can be decoded. */
export function exampleLatency(p50: number, count = 500_000): LatencySummary {
  return {
    count,
    min: p50 / 4,
    p50,
    p90: p50 * 1.9,
    p99: p50 * 4.4,
    p999: p50 * 11.7,
    p9999: p50 * 16,
    max: p50 * 22,
    mean: p50 * 1.2,
    histogram: '',
  };
}

/** The books of a trial in which all went well. */
export function exampleLedger(changes: Partial<Ledger> = {}): Ledger {
  return {
    published: 120_000,
    confirmed: 120_000,
    nacked: 0,
    returned: 0,
    unroutable: 0,
    inDoubt: 0,
    republished: 0,
    delivered: 120_000,
    unique: 120_000,
    redelivered: 0,
    duplicated: 0,
    reordered: 0,
    foreign: 0,
    lostOnAutoAck: 0,
    leftInQueues: 0,
    uncountedQueues: 0,
    lost: 0,
    lostBasis: 'confirmed',
    lostMessages: [],
    lostOnAutoAckMessages: [],
    duplicatedMessages: [],
    reorderedMessages: [],
    ...changes,
  };
}

/** What a trial cost on a cluster of the user's, where nobody knows what it cost the brokers. */
export function exampleCost(changes: Partial<Cost> = {}): Cost {
  return {
    generatorCpuMicrosPerMessage: 9.4,
    brokerCpuMicrosPerMessage: null,
    loadBalancerCpuMicrosPerMessage: null,
    ...changes,
  };
}

/** What was seen of brokers that told nothing. */
export function exampleObserved(changes: Partial<Observed> = {}): Observed {
  return {
    nodes: [],
    queues: null,
    connections: null,
    loadBalancer: null,
    processes: [],
    absent: [],
    cost: { questions: 0, unanswered: 0, waitedSeconds: 0 },
    ...changes,
  };
}

/** A trial of the first round in which nothing is odd. */
export function exampleTrial(consumedPerSecond: number, changes: Partial<Trial> = {}): Trial {
  return {
    round: 1,
    position: 1,
    startedAt: '2026-01-02T03:04:05.000Z',
    valid: true,
    warnings: [],
    throughput: {
      offeredPerSecond: null,
      publishedPerSecond: consumedPerSecond,
      confirmedPerSecond: consumedPerSecond,
      consumedPerSecond,
      consumedBytesPerSecond: consumedPerSecond * 1024,
    },
    unsent: 0,
    latencyMicros: {},
    ledger: exampleLedger(),
    connections: {
      lost: 0,
      attempts: 0,
      downSeconds: 0,
      longestDownSeconds: 0,
      blocked: 0,
      blockedSeconds: 0,
      longestBlockedSeconds: 0,
    },
    steadyState: {
      rate: 'consumed',
      verdict: 'settled',
      batches: 20,
      truncatedSeconds: 0,
      truncatedFrom: 'start',
      shiftShare: 0,
    },
    littlesLaw: { confirms: null, service: null },
    events: [],
    observed: exampleObserved(),
    cost: exampleCost(),
    ofGeneratorCeiling: null,
    series: {
      startSeconds: 0,
      stepSeconds: 0.1,
      publishedPerSecond: [],
      confirmedPerSecond: [],
      consumedPerSecond: [],
      observed: {
        queueDepth: { atSeconds: [], readyMessages: [], unacknowledgedMessages: [] },
        memoryUsedShare: { atSeconds: [], byNode: {} },
        cpuCores: { atSeconds: [], byProcess: {} },
      },
    },
    ...changes,
  };
}

/** A case that ran on a cluster of three, with a trial of each rate, one a round. */
export function exampleCase(
  name: string,
  rates: readonly number[],
  changes: Partial<ResultCase> = {},
): ResultCase {
  return {
    name,
    vary: {},
    settings: {},
    broker: {
      product: 'RabbitMQ',
      version: '3.10.8',
      erlang: '25.2.3',
      nodes: ['rabbit-1@127.0.0.1', 'rabbit-2@127.0.0.1', 'rabbit-3@127.0.0.1'],
    },
    loadBalancer: { version: '2.6.12', count: 1 },
    latencyMicros: {},
    trials: rates.map((rate, i) => exampleTrial(rate, { round: i + 1 })),
    ...changes,
  };
}

export function exampleClaim(changes: Partial<ClaimVerdict> = {}): ClaimVerdict {
  return {
    says: 'Mirroring lowers throughput',
    source: null,
    metric: 'throughput.consumedPerSecond',
    compares: { path: 'queues.mirrors', numerator: 'all', denominator: 'none' },
    expect: { below: 1 },
    ratio: 0.4213,
    interval: [0.3871, 0.4586],
    rounds: 3,
    pairs: { compared: 8, of: 8 },
    verdict: 'holds',
    ...changes,
  };
}

export function exampleResult(cases: readonly ResultCase[], changes: Partial<Result> = {}): Result {
  return {
    schema: 'rmqbench/result@1',
    id: '0a1b2c3d',
    startedAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:24:05.000Z',
    interrupted: false,
    missing: [],
    profile: { name: 'mirror-persistent' },
    seed: 42,
    environment: {
      rmqbench: '0.1.0',
      node: 'v20.19.0',
      os: 'linux',
      cpuModel: 'a processor',
      cpuCount: 2,
      memoryBytes: 8 * 2 ** 30,
      publisherThreads: 1,
      consumerThreads: 1,
      generatorCeiling: null,
      sharedWithBroker: false,
    },
    cases,
    claims: [],
    ...changes,
  };
}
