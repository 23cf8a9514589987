import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** More than fifteen long lines of a log; a node's whole log may be large. */
const readBytes = 32 * 1024;

/** The last lines of a log, without empty ones at its end; '' when there is no such file. */
export function logTail(file: string, lineCount = 15): string {
  return readEnd(file).trimEnd().split('\n').slice(-lineCount).join('\n');
}

/** Does the log say that another program has the port that was to be used? */
export function saysPortIsTaken(file: string): boolean {
  // In this order: an Erlang node, HAProxy, epmd.
  return /eaddrinuse|cannot bind socket|already a epmd running/i.test(readEnd(file));
}

function readEnd(file: string): string {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch {
    return '';
  }
  try {
    const buffer = Buffer.alloc(readBytes);
    const start = Math.max(0, fstatSync(descriptor).size - readBytes);
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, readBytes, start));
  } finally {
    closeSync(descriptor);
  }
}
