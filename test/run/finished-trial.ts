import type { ConsumerRecord, PublisherRecord } from '../../src/load/protocol.js';
import { allocateCounters, type CounterTotals } from '../../src/measure/counters.js';
import { LatencyHistogram } from '../../src/measure/latency-histogram.js';
import type { Watched } from '../../src/observe/watcher.js';
import { planLoad } from '../../src/plan/load-plan.js';
import { planRun } from '../../src/plan/run-plan.js';
import type { FinishedTrial } from '../../src/run/measured.js';
import { Sampler } from '../../src/run/sampler.js';
import { read } from '../profile/reading.js';
import { present } from '../support/fake-channel.js';

/** A histogram as it crosses from a thread. */
export function encoded(...micros: readonly number[]): string {
  const histogram = LatencyHistogram.empty();
  for (const one of micros) histogram.record(one);
  return histogram.encode();
}

/** Connections that were neither lost nor blocked. */
const quiet = { outages: [], furtherOutages: 0, blockages: [] };

export function publisherRecord(changes: Partial<PublisherRecord> = {}): PublisherRecord {
  return {
    loopUtilization: 0.5,
    ...quiet,
    accounts: [],
    publishedInWindow: 0,
    confirmedInWindow: 0,
    offeredInWindow: 0,
    unsent: 0,
    lagByPart: { messages: [], sumMicros: [] },
    confirmService: encoded(),
    confirm: encoded(),
    publishLag: encoded(),
    ...changes,
  };
}

export function consumerRecord(changes: Partial<ConsumerRecord> = {}): ConsumerRecord {
  return {
    loopUtilization: 0.5,
    ...quiet,
    accounts: [],
    consumedInWindow: 0,
    consumedBytesInWindow: 0,
    negativeLatencies: 0,
    foreign: 0,
    unfinishedQueues: [],
    service: encoded(),
    endToEnd: encoded(),
    ...changes,
  };
}

/** What is known of brokers and processes that nobody watched. */
export const nothingWatched: Watched = {
  nodes: [],
  queues: [],
  connections: [],
  servers: [],
  sawServersThroughout: false,
  processes: [],
  processesToWatch: [],
  atStart: [],
  atStop: [],
  absent: [],
  cost: { questions: 0, unanswered: 0, askingMicros: 0 },
};

/** A sampler that has taken these samples; what they do not tell is nothing. */
export function samplerOf(
  ...samples: readonly ({ readonly atMicros: number } & Partial<CounterTotals>)[]
): Sampler {
  const sampler = new Sampler(allocateCounters(1), () => {});
  const nothing = { published: 0, confirmed: 0, consumed: 0, down: 0, blocked: 0 };
  sampler.samples.push(
    ...samples.map(({ atMicros, ...totals }) => ({ atMicros, totals: { ...nothing, ...totals } })),
  );
  return sampler;
}

/** A trial of ten seconds of the profile's first case, in which all went well. */
export function finishedTrial(
  profile = 'name: a',
  changes: Partial<FinishedTrial> = {},
): FinishedTrial {
  const { groups } = planRun(read(profile), 1);
  const planned = present(groups[0]?.trials[0]);
  return {
    planned,
    plan: planLoad(planned.plannedCase.settings, 'p'),
    startedAt: new Date(0),
    instants: { beginMicros: 1e6, startMicros: 4e6, stopMicros: 14e6 },
    publishersEndMicros: 15e6,
    consumersEndMicros: 16e6,
    publishers: [publisherRecord()],
    consumers: [consumerRecord()],
    sampler: samplerOf(),
    cpuMicros: 1e6,
    leftInQueues: 0,
    uncountedQueues: 0,
    redeclarations: [],
    watched: nothingWatched,
    ...changes,
  };
}
