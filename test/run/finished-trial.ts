import type { ConsumerRecord, PublisherRecord } from '../../src/load/protocol.js';
import { allocateCounters } from '../../src/measure/counters.js';
import { LatencyHistogram } from '../../src/measure/latency-histogram.js';
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

export function publisherRecord(changes: Partial<PublisherRecord> = {}): PublisherRecord {
  return {
    loopUtilization: 0.5,
    accounts: [],
    publishedInWindow: 0,
    confirmedInWindow: 0,
    confirmService: encoded(),
    confirm: encoded(),
    publishLag: encoded(),
    ...changes,
  };
}

export function consumerRecord(changes: Partial<ConsumerRecord> = {}): ConsumerRecord {
  return {
    loopUtilization: 0.5,
    accounts: [],
    consumedInWindow: 0,
    consumedBytesInWindow: 0,
    negativeLatencies: 0,
    service: encoded(),
    endToEnd: encoded(),
    ...changes,
  };
}

/** A trial of ten seconds of the profile's first case, in which all went well. */
export function finishedTrial(
  profile = 'name: a',
  changes: Partial<FinishedTrial> = {},
): FinishedTrial {
  const { groups } = planRun(read(profile), 1);
  return {
    planned: present(groups[0]?.trials[0]),
    startedAt: new Date(0),
    instants: { beginMicros: 1e6, startMicros: 4e6, stopMicros: 14e6 },
    publishers: [publisherRecord()],
    consumers: [consumerRecord()],
    sampler: new Sampler(allocateCounters(1), () => {}),
    cpuMicros: 1e6,
    leftInQueues: 0,
    ...changes,
  };
}
