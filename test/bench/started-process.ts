import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a program has to end after being asked to, before it is killed. */
const graceMillis = 20_000;

/** A process of the bench's own that runs, or ran. */
export interface StartedProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves with how it ended, such as `status 1` or `SIGKILL`; never rejects. */
  readonly ended: Promise<string>;
  /** Asks it to end, kills it when it does not, and resolves when it is gone. */
  stop(): Promise<void>;
}

const living = new Set<ChildProcess>();

// The last resort on every way out that runs no `finally`: a second Ctrl-C, an uncaught error.
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});

/**
 * Starts a program in a session of its own, so that a Ctrl-C in the terminal reaches the bench
 * alone, which then ends everything in order. Throws when the program cannot be run.
 */
export async function startProcess(
  file: string,
  parameters: readonly string[],
  options: SpawnOptions,
): Promise<StartedProcess> {
  const child = spawn(file, [...parameters], { ...options, detached: true });
  const ended = new Promise<string>((resolve) => {
    child.once('close', (status, signal) => resolve(signal ?? `status ${status}`));
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} has no process id`);
  living.add(child);
  void ended.then(() => living.delete(child));
  return { pid, child, ended, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill('SIGTERM');
  const over = new AbortController();
  const late = sleep(graceMillis, 'late', { signal: over.signal }).catch(() => 'ended');
  const first = await Promise.race([ended, late]);
  over.abort();
  if (first === 'late') child.kill('SIGKILL');
  await ended;
}
