import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NullBrokerCounts } from '../../../src/amqp/null-broker/counts.js';
import type * as spawning from '../../../src/amqp/null-broker/spawn-null-broker.js';
import type { CeilingMode } from '../../../src/result/generator-ceiling.js';
import { built } from '../built.js';
import { declareQueues } from '../null-broker-queues.js';
import type { Peer, PeerLoad, RunningPeer } from '../peers/peer.js';
import { readProcessUse } from '../process-cpu.js';
import type { BenchSettings } from '../section.js';
import { untilFlowing } from '../until-flowing.js';
import type { Measured } from './measured.js';

const { spawnNullBroker } = await built<typeof spawning>('amqp/null-broker/spawn-null-broker.js');

const brokerModes = {
  publish: 'sink',
  'publish-confirm': 'sink',
  consume: 'source',
  'consume-ack': 'source',
  loop: 'loop',
} as const;

/** Which count of the null broker's tells of a mode's messages. */
const counted: Readonly<Record<CeilingMode, keyof NullBrokerCounts>> = {
  publish: 'published',
  'publish-confirm': 'confirmed',
  consume: 'delivered',
  'consume-ack': 'acknowledged',
  loop: 'delivered',
};

/** Beyond warm-up and window: for starting and connecting on a busy machine. */
const spareSeconds = 60;
/** So many messages mean that the load has begun. */
const flowingMessages = 1000;

/** The same as `rmqbench calibrate` asks of itself. */
export function peerLoadOf(mode: CeilingMode, seconds: number): PeerLoad {
  return {
    exchange: 'rmqbench-bench',
    queuePrefix: 'rmqbench-bench-',
    queueCount: 1,
    durable: false,
    publishers: mode.startsWith('consume') ? 0 : 1,
    consumers: mode.startsWith('publish') ? 0 : 1,
    payloadBytes: 12,
    persistent: false,
    confirmWindow: mode === 'publish-confirm' ? 1000 : undefined,
    ackEvery: mode === 'consume-ack' ? 100 : undefined,
    prefetch: 10_000,
    limitSeconds: seconds + spareSeconds,
  };
}

/**
 * What another tool does in one mode with bodies of 12 bytes, by the null broker's count and the
 * kernel's. Throws when the tool ends by itself or moves no messages; everything is stopped either way.
 */
export async function measurePeer(
  peer: Peer,
  mode: CeilingMode,
  settings: BenchSettings,
): Promise<Measured> {
  const load = peerLoadOf(mode, settings.warmupSeconds + settings.windowSeconds);
  const broker = await spawnNullBroker({ mode: brokerModes[mode] });
  try {
    await declareQueues(broker.url, load);
    const folder = await mkdtemp(join(settings.folder, 'peer-'));
    const running = await peer.start(load, broker.url, folder);
    const count = async () => (await broker.counts())[counted[mode]];
    try {
      await untilFlowing(running, flowingMessages, count, settings.signal);
      await sleep(settings.warmupSeconds * 1000, undefined, { signal: settings.signal });
      return await watch(count, running, settings);
    } finally {
      await running.stop();
    }
  } finally {
    await broker.stop();
  }
}

async function watch(
  count: () => Promise<number>,
  { pid }: RunningPeer,
  { windowSeconds, signal }: BenchSettings,
): Promise<Measured> {
  const look = async () => ({
    count: await count(),
    cpuSeconds: readProcessUse(pid).cpuSeconds,
    atMillis: performance.now(),
  });
  const begin = await look();
  await sleep(windowSeconds * 1000, undefined, { signal });
  const end = await look();
  const messages = end.count - begin.count;
  return {
    messagesPerSecond: (messages * 1000) / (end.atMillis - begin.atMillis),
    cpuMicrosPerMessage: ((end.cpuSeconds - begin.cpuSeconds) * 1e6) / messages,
  };
}
