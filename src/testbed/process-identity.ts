import { existsSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';

/**
 * Names one process for ever. A pid alone does not: the system gives it to another program once its
 * owner is gone, and whoever kills by pid then kills a stranger.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** Opaque, and compared only: ticks since boot on Linux, a date where /proc is missing. */
  readonly startTime: string;
}

/** Whether this system shows its processes as files, as Linux does and macOS does not. */
export const hasProcFiles = existsSync('/proc/self/stat');

/** The identity of the process that has this pid now, or undefined when none has. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const seen = look(pid);
  return seen === undefined ? undefined : { pid, startTime: seen.startTime };
}

/**
 * Whether this very process still runs. One that only waits to be reaped by its parent does not.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  const seen = look(identity.pid);
  return seen !== undefined && seen.startTime === identity.startTime && !seen.hasEnded;
}

interface Sighting {
  readonly startTime: string;
  readonly hasEnded: boolean;
}

function look(pid: number): Sighting | undefined {
  return hasProcFiles ? lookInProc(pid) : askPs(pid);
}

function lookInProc(pid: number): Sighting | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command in brackets and may itself hold blanks and brackets, so fields
  // are counted from the last bracket: the state is field 3, the number of threads field 20, the
  // start time field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, threads, startTime = ''] = [fields[0], Number(fields[17]), fields[19]];
  // Of a killed process the first thread may be through while others still hold its ports.
  return { startTime, hasEnded: (state === 'Z' || state === 'X') && threads <= 1 };
}

function askPs(pid: number): Sighting | undefined {
  const { stdout, failed } = execaSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
    reject: false,
    env: { LC_ALL: 'C' },
  });
  const [, state, startTime] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? '') ?? [];
  if (failed || state === undefined || startTime === undefined) return undefined;
  return { startTime, hasEnded: state.startsWith('Z') };
}
