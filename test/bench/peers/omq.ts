import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { programOutput, reasonOf } from '../program-output.js';
import { cacheFolder } from './cache-folder.js';
import { type AbsentPeer, type Fit, type Peer, type PeerLoad, startPeer } from './peer.js';

const name = 'omq';
const module = 'github.com/rabbitmq/omq';
/** Below, it cannot hold omq's mark and time. */
const smallestBodyBytes = 12;

/** The omq on the PATH or in the cache, or the newest one by `go install` into the cache. */
export async function findOmq(signal: AbortSignal): Promise<Peer | AbsentPeer> {
  const installed = installedOmq();
  if (installed !== undefined) return peerOf(installed, signal);
  const folder = cacheFolder();
  mkdirSync(folder, { recursive: true });
  const go = await programOutput('go', ['install', `${module}@latest`], {
    signal,
    // What is built must be built by the Go that is here: it is named with the figures.
    environment: { GOBIN: folder, GOTOOLCHAIN: 'local' },
  });
  const built = installedOmq();
  if (built !== undefined) return peerOf(built, signal);
  return { name, absent: `go install did not get it: ${reasonOf(go)}` };
}

function installedOmq(): string | undefined {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...path, cacheFolder()].map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function peerOf(program: string, signal: AbortSignal): Promise<Peer> {
  return {
    name,
    version: await versionOf(program, signal),
    declaresQueues: false,
    fit,
    start: (load, url, folder) =>
      startPeer(program, ['amqp091', ...settingsOf(load, url)], { folder }),
  };
}

/** Released binaries say it themselves; of those that `go install` built, Go knows it. */
async function versionOf(program: string, signal: AbortSignal): Promise<string> {
  const said = await programOutput(program, ['version'], { signal });
  const [, released] = /\bv?(\d+\.\d+\.\d+\S*)/.exec(said.stdout.replace(/,.*/, '')) ?? [];
  if (released !== undefined) return released;
  const built = await programOutput('go', ['version', '-m', program], { signal });
  const [, installed] = /\bmod\s+\S+\s+v(\S+)/.exec(built.stdout) ?? [];
  return installed ?? 'built from source';
}

function fit(load: PeerLoad): Fit {
  const cannot = [
    ...(load.payloadBytes < smallestBodyBytes ? [`bodies below ${smallestBodyBytes} bytes`] : []),
    ...(load.confirmWindow === undefined ? ['publishing without confirms'] : []),
    ...(load.ackEvery === undefined ? ['consuming without acks'] : []),
    ...(load.ackEvery !== undefined && load.ackEvery > 1 ? ['an ack for several messages'] : []),
    ...(load.durable && !load.persistent ? ['transient messages'] : []),
  ];
  // Its --message-durability is for other protocols: over AMQP 0-9-1 it always says persistent.
  const isMarked = !load.persistent && !load.durable;
  const differs = isMarked
    ? ['marks messages as persistent, which does not count in queues that are not durable']
    : [];
  return { cannot, differs };
}

function settingsOf(load: PeerLoad, url: string): string[] {
  // Its README numbers publishers and consumers from 1, its code from 0: either way all queues get
  // their share.
  const queue = `${load.queuePrefix}{{ add1 (mod .id ${load.queueCount}) }}`;
  return [
    ...['--uri', url, '--time', `${load.limitSeconds}s`],
    ...['--queues', 'predeclared', '--rate', '-1'],
    ...['--publish-to', `/exchanges/${load.exchange}/${queue}`],
    ...['--consume-from', `/queues/${queue}`],
    ...['--publishers', String(load.publishers), '--consumers', String(load.consumers)],
    ...['--size', String(load.payloadBytes), '--consumer-credits', String(load.prefetch)],
    ...['--max-in-flight', String(load.confirmWindow)],
  ];
}
