import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { cpuSecondsOf, memoryBytesOf } from '../../src/observe/process-use.js';

/** What a process has used since it started: all its threads together, also those that ended. */
export interface ProcessUse {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** Reads what a process has used from /proc. Throws when there is no such process. */
export function readProcessUse(pid: number): ProcessUse {
  return {
    cpuSeconds: cpuSecondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')),
    residentBytes: memoryBytesOf(readFileSync(`/proc/${pid}/status`, 'utf8')),
  };
}

/** CPU time that all processors of the machine together were not idle for, since it started. */
export function machineBusySeconds(): number {
  const busyMillis = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return busyMillis.reduce((total, one) => total + one, 0) / 1000;
}
