import { mkdtemp } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchCluster } from './bench-cluster.js';
import type { BenchQueues } from './bench-queues.js';
import type { BrokerCounter, BrokerCounts } from './broker-counts.js';
import type { Peer, PeerLoad, RunningPeer } from './peers/peer.js';
import { machineBusySeconds, readProcessUse } from './process-cpu.js';
import type { BenchSettings } from './section.js';
import { unlessEnded } from './unless-ended.js';

/** What one tool did in one window, by the broker's count and the kernel's. */
export interface TrialFigures {
  readonly consumedPerSecond: number;
  readonly publishedPerSecond: number;
  /** Of the tool's process, all its threads, for each message consumed. */
  readonly cpuMicrosPerConsumed: number;
  /** The same for each message sent or consumed: where queues grow, more are sent than consumed. */
  readonly cpuMicrosPerTransfer: number;
  /** Of all processors of the machine. */
  readonly generatorCpuShare: number;
  readonly clusterCpuShare: number;
  /** Of everything else that ran: what is large here disturbed the measurement. */
  readonly otherCpuShare: number;
  readonly residentBytes: number;
  readonly localConsumerShare: number;
}

export interface TrialSurroundings {
  readonly cluster: BenchCluster;
  readonly queues: BenchQueues;
  readonly counter: BrokerCounter;
  readonly settings: BenchSettings;
}

const flowLimitMillis = 30_000;
/** So many messages mean that the load has begun, and not only the connections. */
const flowingMessages = 1000;
/** For the cluster to come to rest before the next tool. */
const settleMillis = 1000;

/**
 * Has one tool put its load on the cluster, and measures it from outside once it flows. Throws when
 * the tool ends by itself or moves no messages; it is stopped and its queues are removed either way.
 */
export async function runToolTrial(
  peer: Peer,
  load: PeerLoad,
  around: TrialSurroundings,
): Promise<TrialFigures> {
  const { queues, cluster, settings } = around;
  const folder = await mkdtemp(join(settings.folder, 'trial-'));
  try {
    if (!peer.declaresQueues) await queues.declare(load);
    const before = await around.counter.next(settings.signal);
    const running = await peer.start(load, cluster.entryUrl, folder);
    try {
      return await unlessEnded(running, measure(running, before, around));
    } finally {
      await running.stop();
    }
  } finally {
    await queues.removeAll();
    await sleep(settleMillis);
  }
}

async function measure(
  running: RunningPeer,
  before: BrokerCounts,
  { cluster, counter, queues, settings }: TrialSurroundings,
): Promise<TrialFigures> {
  const { signal, warmupSeconds, windowSeconds } = settings;
  if (!(await isFlowing(counter, before, signal))) {
    throw new Error(
      `no messages flowed within ${flowLimitMillis / 1000} s:\n${running.lastWords()}`,
    );
  }
  await sleep(warmupSeconds * 1000, undefined, { signal });
  const look = async () => ({
    counts: await counter.next(signal),
    generator: readProcessUse(running.pid),
    clusterCpuSeconds: sum(cluster.pids.map((pid) => readProcessUse(pid).cpuSeconds)),
    busySeconds: machineBusySeconds(),
  });
  const begin = await look();
  await sleep(windowSeconds * 1000, undefined, { signal });
  const end = await look();
  const seconds = (end.counts.atMicros - begin.counts.atMicros) / 1e6;
  const consumed = end.counts.consumed - begin.counts.consumed;
  const published = end.counts.received - begin.counts.received;
  const cpuSeconds = end.generator.cpuSeconds - begin.generator.cpuSeconds;
  const clusterCpuSeconds = end.clusterCpuSeconds - begin.clusterCpuSeconds;
  const busySeconds = end.busySeconds - begin.busySeconds;
  const machineSeconds = seconds * cpus().length;
  return {
    consumedPerSecond: consumed / seconds,
    publishedPerSecond: published / seconds,
    cpuMicrosPerConsumed: (cpuSeconds * 1e6) / consumed,
    cpuMicrosPerTransfer: (cpuSeconds * 1e6) / (consumed + published),
    generatorCpuShare: cpuSeconds / machineSeconds,
    clusterCpuShare: clusterCpuSeconds / machineSeconds,
    otherCpuShare: Math.max(0, busySeconds - cpuSeconds - clusterCpuSeconds) / machineSeconds,
    residentBytes: end.generator.residentBytes,
    localConsumerShare: await queues.localConsumerShare(),
  };
}

/** Waits until the load has begun; false when it does not. */
async function isFlowing(
  counter: BrokerCounter,
  before: BrokerCounts,
  signal: AbortSignal,
): Promise<boolean> {
  for (const deadline = Date.now() + flowLimitMillis; Date.now() < deadline; ) {
    const { consumed } = await counter.next(signal);
    if (consumed - before.consumed >= flowingMessages) return true;
  }
  return false;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
