import { readFileSync } from 'node:fs';

/** A process that was started for the run. */
export interface ProcessToWatch {
  readonly kind: 'epmd' | 'node' | 'load-balancer';
  /** What reports call it: a node's name, `HAProxy`. */
  readonly label: string;
  readonly pid: number;
}

/** What a process has used since it was started: all its threads together, also those that ended. */
export interface ProcessUse {
  readonly kind: ProcessToWatch['kind'] | 'generator';
  readonly label: string;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

/** The kernel counts CPU time for user space in these, whatever its own timer does. */
const ticksPerSecond = 100;

/** Reads a file of /proc. Throws when there is none. */
export type ReadProc = (path: string) => string;

const readProc: ReadProc = (path) => readFileSync(path, 'utf8');

/**
 * What this process and these have used, of those that can be seen: a process may have ended, and only
 * Linux shows processes as files.
 */
export function readProcessUses(
  processes: readonly ProcessToWatch[],
  read: ReadProc = readProc,
): ProcessUse[] {
  return [generatorUse(), ...processes.flatMap((one) => useOf(one, read) ?? [])];
}

/** Whether this system shows its processes as files. */
export function hasProcFiles(read: ReadProc = readProc): boolean {
  try {
    return cpuSecondsOf(read('/proc/self/stat')) >= 0;
  } catch {
    return false;
  }
}

function generatorUse(): ProcessUse {
  const { user, system } = process.cpuUsage();
  return {
    kind: 'generator',
    label: 'rmqbench',
    cpuSeconds: (user + system) / 1e6,
    memoryBytes: process.memoryUsage.rss(),
  };
}

function useOf({ kind, label, pid }: ProcessToWatch, read: ReadProc): ProcessUse | undefined {
  try {
    const cpuSeconds = cpuSecondsOf(read(`/proc/${pid}/stat`));
    return { kind, label, cpuSeconds, memoryBytes: memoryBytesOf(read(`/proc/${pid}/status`)) };
  } catch {
    return undefined;
  }
}

/** User and system time in the text of /proc/<pid>/stat: fields 14 and 15 of proc_pid_stat(5). */
export function cpuSecondsOf(stat: string): number {
  // The second field, the program's name, may hold spaces and brackets; the third follows its last.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Memory that is resident, in the text of /proc/<pid>/status: there it is not counted in pages. */
export function memoryBytesOf(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
