import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NullBrokerOptions } from '../../../src/amqp/null-broker/options.js';
import type * as spawning from '../../../src/amqp/null-broker/spawn-null-broker.js';
import { built } from '../built.js';
import type { RunningPeer } from '../peers/peer.js';
import type { BenchSettings } from '../section.js';
import { unlessEnded } from '../unless-ended.js';
import { untilFlowing } from '../until-flowing.js';
import type { Tool } from './tool.js';

const { spawnNullBroker } = await built<typeof spawning>('amqp/null-broker/spawn-null-broker.js');

/** Beyond warm-up and window: to connect, to drain and to write the result on a busy machine. */
const spareSeconds = 60;

/** A tool at work and its broker, when its warm-up is over. */
export interface Watching {
  readonly broker: spawning.RunningNullBroker;
  readonly running: RunningPeer;
}

/**
 * Runs a tool to its end against a null broker of its own, with somebody watching (or meddling) from
 * the end of the warm-up. Throws when the tool fails; both are stopped either way.
 */
export async function runWatched<Report, Seen>(
  tool: Tool<Report>,
  watch: (watching: Watching) => Promise<Seen>,
  settings: BenchSettings,
  options: Omit<NullBrokerOptions, 'mode'> = {},
): Promise<{ readonly report: Report; readonly seen: Seen }> {
  const broker = await spawnNullBroker({ mode: 'loop', ...options });
  try {
    const folder = await mkdtemp(join(settings.folder, 'clocks-'));
    const { running, report } = await tool.start(broker.url, folder);
    try {
      await untilWarm(tool, { broker, running }, settings);
      const seen = await unlessEnded(running, watch({ broker, running }));
      await untilEnded(tool, running, settings.signal);
      return { report: await report(), seen };
    } finally {
      await running.stop();
    }
  } finally {
    await broker.stop();
  }
}

async function untilWarm(
  { load }: Tool<unknown>,
  { broker, running }: Watching,
  { signal }: BenchSettings,
): Promise<void> {
  const count = async () => (await broker.counts()).published;
  // A message of each of them may be seconds away.
  await untilFlowing(running, 1, count, signal);
  await sleep(load.warmupSeconds * 1000, undefined, { signal });
}

async function untilEnded(
  { name, load }: Tool<unknown>,
  running: RunningPeer,
  signal: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const late = sleep((load.windowSeconds + spareSeconds) * 1000, 'not in time', {
    signal: AbortSignal.any([signal, over.signal]),
  });
  try {
    const how = await Promise.race([running.ended, late]);
    if (how !== 'status 0') throw new Error(`${name} ended with ${how}:\n${running.lastWords()}`);
  } finally {
    over.abort();
    late.catch(() => {});
  }
}
