import type { NodeState } from '../../src/observe/broker-source.js';
import type { ServerState } from '../../src/observe/haproxy-source.js';
import type { ProcessUse } from '../../src/observe/process-use.js';
import type { Observation } from '../../src/observe/source.js';

/** What was seen at so many seconds. */
export function seen<T>(atSeconds: number, told: T): Observation<T> {
  return { atMicros: atSeconds * 1e6, told };
}

/** A node that is well. */
export function nodeState(name: string, changes: Partial<NodeState> = {}): NodeState {
  return {
    name,
    isRunning: true,
    memoryUsedBytes: 200,
    memoryLimitBytes: 1000,
    memoryAlarm: false,
    diskFreeBytes: 5000,
    diskFreeLimitBytes: 50,
    diskAlarm: false,
    ...changes,
  };
}

/** A server that nobody has connected to yet. */
export function serverState(name: string, changes: Partial<ServerState> = {}): ServerState {
  return {
    name,
    isUp: true,
    sessions: 0,
    sessionsOpened: 0,
    bytesIn: 0,
    bytesOut: 0,
    ...changes,
  };
}

/** What a node's process has used. */
export function nodeUse(
  label: string,
  cpuSeconds: number,
  changes: Partial<ProcessUse> = {},
): ProcessUse {
  return { kind: 'node', label, cpuSeconds, memoryBytes: 100, ...changes };
}
