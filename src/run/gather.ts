/** What began at a moment, for a reason. */
export interface Occurrence {
  readonly fromMicros: number;
  readonly reason: string;
}

/** Several of them, at least one, in the order of their beginning. */
export type Gathered<T> = readonly [T, ...T[]];

const togetherMicros = 1_000_000;

/**
 * Gathers what begins within a second of the first of them for the same reason: a node that stops
 * takes all of its connections with it, and that is one event.
 */
export function gather<T extends Occurrence>(occurrences: readonly T[]): Gathered<T>[] {
  const groups: [T, ...T[]][] = [];
  const latest = new Map<string, [T, ...T[]]>();
  for (const one of [...occurrences].sort((a, b) => a.fromMicros - b.fromMicros)) {
    const key = likeness(one.reason);
    const group = latest.get(key);
    if (group && one.fromMicros - group[0].fromMicros <= togetherMicros) {
      group.push(one);
      continue;
    }
    const fresh: [T, ...T[]] = [one];
    latest.set(key, fresh);
    groups.push(fresh);
  }
  return groups;
}

/** One end of many sockets at once is told by each as it noticed: when it read, wrote, or waited. */
const suddenEnd = /ECONNRESET|EPIPE|without a word|Unexpected close|broker closed the connection$/;

/** Reasons that differ in an address or a name alone are the same, and so are all sudden ends. */
function likeness(reason: string): string {
  if (suddenEnd.test(reason)) return 'sudden end';
  return bareReason(reason)
    .replace(/"[^"]*"|'[^']*'/g, '')
    .replace(/\S+:\d+\b/g, '');
}

/** A reason without the words that every lost connection begins with, and without credentials. */
export function bareReason(reason: string): string {
  return reason.replace(/\/\/[^/\s]*@/g, '//').replace(/^lost the connection to \S+: /, '');
}
