import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestbedError } from '../base/errors.js';
import { hasProcFiles, isAlive } from './process-identity.js';
import type { TestbedState } from './state-file.js';
import type { ProcessStatus } from './testbed-spec.js';

/**
 * Ends a testbed for certain. The recorded pids are not enough for that: an Erlang node starts
 * helpers (erl_child_setup, inet_gethost, a shell that watches the disk) that move into sessions
 * and groups of their own, and a kill -9 can hit rmqbench between starting a process and recording
 * it. So all processes of a testbed carry its mark in their environment, which children inherit,
 * and whatever carries it is killed. Where processes cannot be seen as files (macOS) the recorded
 * processes and their groups must do; a node's helpers end by themselves when its pipes close.
 */
const markVariable = 'RMQBENCH_TESTBED_MARK';

type Owned = Pick<TestbedState, 'mark' | 'processes'>;

/** What a process must have in its environment to be found as part of this testbed. */
export function markEnvironment(mark: string): Record<string, string> {
  return { [markVariable]: mark };
}

/** Every recorded process, and whether it lives now. */
export function statusOf({ processes }: Pick<Owned, 'processes'>): ProcessStatus[] {
  return processes.map((process) => ({
    kind: process.kind,
    label: process.label,
    pid: process.pid,
    isAlive: isAlive(process),
  }));
}

/** The pids of all processes of this testbed that still run. */
export function livingPids(testbed: Owned): number[] {
  const recorded = testbed.processes.filter(isAlive).map(({ pid }) => pid);
  return [...new Set([...recorded, ...markedPids(testbed.mark)])];
}

/**
 * Kills everything that still runs, at once and without asking it to end: the cluster and its data
 * are thrown away, so an orderly shutdown (seconds for each node) would save nothing.
 */
export function killTestbed(testbed: Owned): void {
  // Every recorded process was started as the leader of a group with its own pid as the number.
  for (const { pid } of testbed.processes.filter(isAlive)) kill(-pid);
  for (const pid of livingPids(testbed)) kill(pid);
}

/**
 * Kills everything and waits until it is really gone. Throws TestbedError naming the pids of what
 * is still there after the limit.
 */
export async function endTestbed(testbed: Owned, limitMicros = 10e6): Promise<void> {
  const deadline = performance.now() + limitMicros / 1000;
  for (;;) {
    // Again in every turn: a process may have forked between being listed and being killed.
    killTestbed(testbed);
    const living = livingPids(testbed);
    if (living.length === 0) return;
    if (performance.now() > deadline) {
      throw new TestbedError(
        `These processes of the testbed are still there ${limitMicros / 1e6} s after they were killed: ${living.join(', ')}.`,
        { hint: 'A process that cannot be killed waits for the system, often for its disk.' },
      );
    }
    await sleep(10);
  }
}

function markedPids(mark: string): number[] {
  if (!hasProcFiles) return [];
  const entry = `${markVariable}=${mark}`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environmentOf(pid).includes(entry))
    .map(Number);
}

function environmentOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // It has just ended, or it is another user's and so none of ours.
    return [];
  }
}

function kill(pidOrGroup: number): void {
  try {
    process.kill(pidOrGroup, 'SIGKILL');
  } catch {
    // It has just ended.
  }
}
