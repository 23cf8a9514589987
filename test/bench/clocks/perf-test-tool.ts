import { declareQueues } from '../null-broker-queues.js';
import type { PeerLoad } from '../peers/peer.js';
import { type PerfTest, type PerfTestPace, pacingOf } from '../peers/perf-test.js';
import { type PerfTestReport, readPerfTestReport } from './perf-test-report.js';
import type { ClockLoad, Tool } from './tool.js';

/** PerfTest's time begins before it connects: so much longer it is at work than was asked. */
const startSeconds = 3;

/** PerfTest at a pace. */
export function perfTestTool(
  perfTest: PerfTest,
  load: ClockLoad,
  pace: PerfTestPace,
): Tool<PerfTestReport> {
  const asked = peerLoadOf(load);
  return {
    name: ['PerfTest', ...pacingOf(pace)].join(' '),
    load,
    start: async (url, folder) => {
      await declareQueues(url, asked);
      const running = await perfTest.startPaced(asked, pace, url, folder);
      return { running, report: async () => readPerfTestReport(running.output()) };
    },
  };
}

function peerLoadOf(load: ClockLoad): PeerLoad {
  return {
    exchange: 'rmqbench-bench',
    queuePrefix: 'rmqbench-bench-',
    queueCount: 1,
    durable: false,
    publishers: load.publishers,
    consumers: 1,
    payloadBytes: 12,
    persistent: false,
    confirmWindow: load.confirmWindow,
    ackEvery: undefined,
    prefetch: 0,
    // It takes whole seconds only.
    limitSeconds: Math.ceil(startSeconds + load.warmupSeconds + load.windowSeconds),
  };
}
