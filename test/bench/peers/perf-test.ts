import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { programOutput, reasonOf } from '../program-output.js';
import { cacheFolder } from './cache-folder.js';
import {
  type AbsentPeer,
  type Fit,
  type Peer,
  type PeerLoad,
  perfectFit,
  type RunningPeer,
  startPeer,
} from './peer.js';

const name = 'PerfTest';
const mainClass = 'com.rabbitmq.perf.PerfTest';
/** Below, it cannot hold PerfTest's sequence number and time. */
const smallestBodyBytes = 12;

/**
 * Its two ways to hold a publisher to a schedule: a limit on its rate; or a timer on each of its
 * channels, of which it may have several because the timer's interval is 0.1 s at least.
 */
export type PerfTestPace =
  | { readonly kind: 'rate'; readonly perSecond: number }
  | { readonly kind: 'interval'; readonly seconds: number; readonly channels: number };

/** PerfTest, which can do what the other peers are not asked for. */
export interface PerfTest extends Peer {
  /** `start`, with every publisher at a pace. */
  readonly startPaced: (
    load: PeerLoad,
    pace: PerfTestPace,
    url: string,
    folder: string,
  ) => Promise<RunningPeer>;
}

/**
 * A project that needs nothing but PerfTest, for Maven to resolve: the newest version of the same
 * major one, since a next one may ask for a newer Java.
 */
const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>rmqbench</groupId>
  <artifactId>perf-test-download</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>com.rabbitmq</groupId>
      <artifactId>perf-test</artifactId>
      <version>[2.22.1,3)</version>
    </dependency>
  </dependencies>
</project>
`;

/** RabbitMQ's PerfTest from the cache, or by Maven into it. */
export async function findPerfTest(signal: AbortSignal): Promise<PerfTest | AbsentPeer> {
  const java = await programOutput('java', ['-version'], { signal });
  if (!java.isGood) return { name, absent: `no Java: ${reasonOf(java)}` };
  const folder = join(cacheFolder(), 'perf-test');
  const jars = join(folder, 'jars');
  if (!holdsFiles(jars)) {
    const failure = await download(folder, jars, signal);
    if (failure !== undefined) return { name, absent: failure };
  }
  const classPath = join(jars, '*');
  const said = await programOutput('java', ['-cp', classPath, mainClass, '--version'], { signal });
  const [, version] = /Perf Test (\S+)/i.exec(said.stdout) ?? [];
  if (!said.isGood || version === undefined) {
    return { name, absent: `it does not run on this Java: ${reasonOf(said)}` };
  }
  const startWith = (settings: readonly string[], workFolder: string) =>
    startPeer('java', ['-cp', classPath, mainClass, ...settings], { folder: workFolder });
  return {
    name,
    version,
    declaresQueues: false,
    fit,
    start: (load, url, workFolder) => startWith(settingsOf(load, url), workFolder),
    startPaced: (load, pace, url, workFolder) =>
      startWith([...settingsOf(load, url), ...pacingOf(pace)], workFolder),
  };
}

/** Resolves to why it failed, if it did. */
async function download(
  folder: string,
  jars: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  // Under another name until it is complete: an interrupted download must not look like a whole one.
  const partial = `${jars}-${process.pid}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'pom.xml'), project);
  const copy = ['dependency:copy-dependencies', '-DincludeScope=runtime'];
  try {
    const maven = await programOutput(
      'mvn',
      ['-B', '-q', ...copy, `-DoutputDirectory=${partial}`],
      {
        signal,
        folder,
      },
    );
    if (!maven.isGood) return `Maven did not get it: ${reasonOf(maven)}`;
    rmSync(jars, { recursive: true, force: true });
    renameSync(partial, jars);
    return undefined;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

function holdsFiles(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false;
  }
}

function fit({ payloadBytes }: PeerLoad): Fit {
  if (payloadBytes >= smallestBodyBytes) return perfectFit;
  return { cannot: [`bodies below ${smallestBodyBytes} bytes`], differs: [] };
}

function settingsOf(load: PeerLoad, url: string): string[] {
  const { confirmWindow, ackEvery } = load;
  // A publisher would give up after 30 s without a confirm, and the run go on without it.
  const patience = ['--confirm-timeout', '-1'];
  return [
    ...['--uri', url, '--time', String(load.limitSeconds)],
    ...['--predeclared', '--skip-binding-queues'],
    ...['--exchange', load.exchange, '--queue-pattern', `${load.queuePrefix}%d`],
    ...['--queue-pattern-from', '1', '--queue-pattern-to', String(load.queueCount)],
    ...['--producers', String(load.publishers), '--consumers', String(load.consumers)],
    ...['--size', String(load.payloadBytes), '--qos', String(load.prefetch)],
    ...(load.persistent ? ['--flag', 'persistent'] : []),
    ...(confirmWindow === undefined ? [] : ['--confirm', String(confirmWindow), ...patience]),
    ...acknowledging(ackEvery),
  ];
}

function acknowledging(ackEvery: number | undefined): string[] {
  if (ackEvery === undefined) return ['--autoack'];
  return ackEvery === 1 ? [] : ['--multi-ack-every', String(ackEvery)];
}

/** The settings for a pace, as they are typed. */
export function pacingOf(pace: PerfTestPace): string[] {
  if (pace.kind === 'rate') return ['-r', String(pace.perSecond)];
  return ['-X', String(pace.channels), '-P', String(pace.seconds)];
}
