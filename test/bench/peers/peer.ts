import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type StartedProcess, startProcess } from '../started-process.js';

/**
 * A load in terms that mean the same for every tool. Publisher and consumer i use queue i modulo
 * their count; each has a connection and a channel of its own and goes as fast as it can.
 */
export interface PeerLoad {
  /** A direct exchange to which every queue is bound by its own name. */
  readonly exchange: string;
  /** Queues are named by this and a number from 1 to `queueCount`. */
  readonly queuePrefix: string;
  readonly queueCount: number;
  readonly durable: boolean;
  readonly publishers: number;
  readonly consumers: number;
  readonly payloadBytes: number;
  readonly persistent: boolean;
  /** Messages of one publisher that may await a confirm; undefined is without confirms. */
  readonly confirmWindow: number | undefined;
  /** Messages for each acknowledgement; undefined is without acknowledgements. */
  readonly ackEvery: number | undefined;
  /** Unacknowledged messages that the broker may have sent to one consumer. */
  readonly prefetch: number;
  /** The tool ends by itself after this, should the bench be killed and not there to end it. */
  readonly limitSeconds: number;
}

/** How well a tool can do what a load asks for. */
export interface Fit {
  /** What it has no setting for: it would do other work, and is not measured. */
  readonly cannot: readonly string[];
  /** What it does otherwise without it changing the broker's work: a reader should know. */
  readonly differs: readonly string[];
}

/** A tool that runs. */
export interface RunningPeer {
  readonly pid: number;
  /** Resolves with how it ended; never rejects. */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
  /** Everything that it printed. */
  readonly output: () => string;
  /** The last lines of it. */
  readonly lastWords: () => string;
}

/** A tool that can put load on a broker. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  /** Does it declare exchange and queues itself, under names of its own? */
  readonly declaresQueues: boolean;
  readonly fit: (load: PeerLoad) => Fit;
  /** Starts it, with the files that it needs in the folder. Throws when it cannot be run. */
  readonly start: (load: PeerLoad, url: string, folder: string) => Promise<RunningPeer>;
}

/** A tool that is not to be had here, and why. */
export interface AbsentPeer {
  readonly name: string;
  readonly absent: string;
}

/** Of a tool that has a setting for everything that a load asks for. */
export const perfectFit: Fit = { cannot: [], differs: [] };

/** Is the tool to be had here? */
export function isPresent(one: Peer | AbsentPeer): one is Peer {
  return !('absent' in one);
}

/** Runs a tool's program with its output in a file. */
export async function startPeer(
  file: string,
  parameters: readonly string[],
  { folder, environment = {} }: { folder: string; environment?: Readonly<Record<string, string>> },
): Promise<RunningPeer> {
  const logFile = join(folder, 'output.log');
  const log = openSync(logFile, 'w');
  let started: StartedProcess;
  try {
    started = await startProcess(file, parameters, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', log, log],
    });
  } finally {
    closeSync(log);
  }
  const output = () => readFileSync(logFile, 'utf8');
  return { ...started, output, lastWords: () => lastLines(output()) };
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-5).join('\n');
}
