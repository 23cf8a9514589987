import type { ObservedNode } from '../../src/result/observed.js';
import type { Warning } from '../../src/result/result.js';
import {
  consumerRecord,
  finishedTrial,
  nothingWatched,
  publisherRecord,
} from '../run/finished-trial.js';
import { nodeState, seen } from '../run/seen.js';
import { warnings } from '../run/warnings/judged.js';
import { exampleLatency, exampleObserved } from '../support/example-result.js';

/** All kinds of warnings there are: one that is missing here does not compile. */
export const everyKind: Readonly<Record<Warning['kind'], true>> = {
  'generator-busy': true,
  'generator-late': true,
  clock: true,
  'littles-law': true,
  'rate-missed': true,
  'lag-growing': true,
  'queues-grew': true,
  unsteady: true,
  'left-in-queues': true,
  'connections-lost': true,
  'connections-blocked': true,
  alarm: true,
  'foreign-messages': true,
};

const blocked = { blocked: 6, blockedSeconds: 12.6, longestBlockedSeconds: 2.1 };

const nodeLowOnMemory: ObservedNode = {
  name: 'rabbit-2@127.0.0.1',
  memoryUsedBytesMax: 2 ** 31,
  memoryLimitBytes: 2 ** 30,
  diskFreeBytesMin: 2 ** 32,
  diskFreeLimitBytes: 50e6,
  memoryAlarm: true,
  diskAlarm: false,
  leaders: 2,
};

/** The warnings of a trial in which everything goes wrong. */
export function everyWarning(): Warning[] {
  const lagByPart = {
    messages: Array(10).fill(100),
    sumMicros: Array.from({ length: 10 }, (_, part) => part * 40_000_000),
  };
  const { startMicros } = finishedTrial().instants;
  const alarmed = nodeState(nodeLowOnMemory.name, { memoryAlarm: true });
  const nodes = [seen(startMicros / 1e6, [alarmed])];
  return warnings({
    profile: 'name: a\npublishers: { count: 4, rate: 250/s }',
    finished: {
      publishers: [publisherRecord({ loopUtilization: 0.97, lagByPart })],
      consumers: [consumerRecord({ negativeLatencies: 3 })],
      watched: { ...nothingWatched, nodes },
    },
    perSecond: 612,
    throughput: { offeredPerSecond: 1000, consumedPerSecond: 300 },
    unsent: 3880,
    latencyMicros: { endToEnd: exampleLatency(3_000_000), publishLag: exampleLatency(1_900_000) },
    ledger: { leftInQueues: 20_000, foreign: 2 },
    connections: { lost: 12, downSeconds: 9.6, longestDownSeconds: 0.8, ...blocked },
    steadyState: {
      rate: 'consumed',
      verdict: 'unsettled',
      batches: 20,
      truncatedSeconds: 4,
      truncatedFrom: 'start',
      shiftShare: 0.25,
    },
    littlesLaw: { confirms: { verdict: 'broken', inFlight: 3000, expected: 1500, ratio: 2 } },
    observed: exampleObserved({ nodes: [nodeLowOnMemory] }),
  });
}
