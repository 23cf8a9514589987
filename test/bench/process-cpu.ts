import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';

/** The kernel counts CPU time for user space in these, whatever its own timer does. */
const ticksPerSecond = 100;

/** What a process has used since it started: all its threads together, also those that ended. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Reads what a process has used from /proc. Throws when there is no such process. */
export function readProcessUse(pid: number): ProcessUse {
  return {
    cpuSeconds: cpuTicks(readFileSync(`/proc/${pid}/stat`, 'utf8')) / ticksPerSecond,
    residentBytes: residentBytes(readFileSync(`/proc/${pid}/status`, 'utf8')),
  };
}

/** CPU time that all processors of the machine together were not idle for, since it started. */
export function machineBusySeconds(): number {
  const busyMillis = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return busyMillis.reduce((total, one) => total + one, 0) / 1000;
}

/** User and system time, the 14th and 15th field of proc_pid_stat(5). */
function cpuTicks(stat: string): number {
  // The second field, the program's name, may hold spaces and brackets; the third follows its last.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

function residentBytes(status: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}
