import type { Window } from '../measure/series.js';
import type { NodeState, QueueTotals } from '../observe/broker-source.js';
import type { ServerState } from '../observe/haproxy-source.js';
import type { ProcessUse } from '../observe/process-use.js';
import type { Observation } from '../observe/source.js';
import type { Watched } from '../observe/watcher.js';
import type {
  Observed,
  ObservedNode,
  ObservedProcess,
  ObservedQueues,
  ObservedServer,
} from '../result/observed.js';

/** Sums up what was seen of the brokers and the processes during a trial. */
export function observedOf(watched: Watched, window: Window): Observed {
  const untilStop = watched.queues.filter(({ atMicros }) => atMicros <= window.stopMicros);
  const { questions, unanswered, askingMicros } = watched.cost;
  return {
    nodes: nodesOf(watched.nodes, untilStop.at(-1)?.told),
    queues: queuesOf(untilStop.map(({ told }) => told)),
    connections: connectionsOf(watched.connections),
    loadBalancer: loadBalancerOf(watched.servers),
    processes: processesOf(watched, window),
    absent: watched.absent,
    cost: { questions, unanswered, waitedSeconds: rounded(askingMicros / 1e6) },
  };
}

function nodesOf(observations: Watched['nodes'], queues: QueueTotals | undefined): ObservedNode[] {
  return [...byKey(observations, ({ name }) => name)].map(([name, states]) => ({
    name,
    memoryUsedBytesMax: extreme(Math.max, states, (state) => state.memoryUsedBytes),
    memoryLimitBytes: extreme(Math.max, states, (state) => state.memoryLimitBytes),
    diskFreeBytesMin: extreme(Math.min, states, (state) => state.diskFreeBytes),
    diskFreeLimitBytes: extreme(Math.max, states, (state) => state.diskFreeLimitBytes),
    memoryAlarm: states.some((state) => state.memoryAlarm),
    diskAlarm: states.some((state) => state.diskAlarm),
    leaders: queues?.leaders.get(name) ?? 0,
  }));
}

function queuesOf(totals: readonly QueueTotals[]): ObservedQueues | null {
  const last = totals.at(-1);
  if (last === undefined) return null;
  return {
    readyMax: highest(totals.map(({ ready }) => ready)),
    unacknowledgedMax: highest(totals.map(({ unacknowledged }) => unacknowledged)),
    readyAtStop: last.ready,
    unacknowledgedAtStop: last.unacknowledged,
  };
}

function connectionsOf(observations: Watched['connections']): Observed['connections'] {
  if (observations.length === 0) return null;
  const maxByState: Record<string, number> = {};
  for (const { told } of observations) {
    for (const [state, count] of told) {
      maxByState[state] = Math.max(maxByState[state] ?? 0, count);
    }
  }
  return { maxByState };
}

function loadBalancerOf(observations: Watched['servers']): Observed['loadBalancer'] {
  if (observations.length === 0) return null;
  return {
    servers: [...byKey(observations, ({ name }) => name)].map(([name, states]) =>
      toServer(name, states),
    ),
  };
}

function toServer(name: string, states: readonly ServerState[]): ObservedServer {
  return {
    name,
    wasDown: states.some(({ isUp }) => !isUp),
    sessionsMax: highest(states.map(({ sessions }) => sessions)),
    sessionsOpened: increase(states.map(({ sessionsOpened }) => sessionsOpened)),
    bytesIn: increase(states.map(({ bytesIn }) => bytesIn)),
    bytesOut: increase(states.map(({ bytesOut }) => bytesOut)),
  };
}

/** By how much a counter grew that begins anew at zero when its program is started again. */
export function increase(counts: readonly number[]): number {
  return counts.reduce((total, count, i) => {
    const before = counts[i - 1] ?? count;
    return total + (count >= before ? count - before : count);
  }, 0);
}

/** CPU time of all processes of a kind over the window; null unless each is known. */
export function windowCpuMicros(
  { atStart, atStop }: Pick<Watched, 'atStart' | 'atStop'>,
  kind: ProcessUse['kind'],
): number | null {
  const before = atStart.filter((use) => use.kind === kind);
  const after = atStop.filter((use) => use.kind === kind);
  if (before.length === 0 || before.length !== after.length) return null;
  const seconds = (uses: readonly ProcessUse[]) =>
    uses.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
  return (seconds(after) - seconds(before)) * 1e6;
}

function processesOf(
  { processes, atStart, atStop }: Watched,
  { startMicros, stopMicros }: Window,
): ObservedProcess[] {
  const seconds = (stopMicros - startMicros) / 1e6;
  return [...byKey(processes, ({ label }) => label)].flatMap(([label, uses]) => {
    const [first] = uses;
    if (first === undefined) return [];
    const before = atStart.find((use) => use.label === label);
    const after = atStop.find((use) => use.label === label);
    const cpuSeconds = before && after ? after.cpuSeconds - before.cpuSeconds : null;
    return {
      kind: first.kind,
      label,
      cpuSeconds: cpuSeconds === null ? null : rounded(cpuSeconds),
      cpuCores: cpuSeconds === null ? null : rounded(cpuSeconds / seconds),
      memoryBytesMax: highest(uses.map(({ memoryBytes }) => memoryBytes)),
    };
  });
}

/** What was seen of each thing over time, by the key that names it. */
function byKey<T>(
  observations: readonly Observation<readonly T[]>[],
  keyOf: (one: T) => string,
): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of observations.flatMap(({ told }) => told)) {
    const key = keyOf(one);
    const others = found.get(key);
    if (others) others.push(one);
    else found.set(key, [one]);
  }
  return found;
}

/** The highest or lowest of what is known; null when nothing is. */
function extreme(
  pick: (a: number, b: number) => number,
  states: readonly NodeState[],
  value: (state: NodeState) => number | null,
): number | null {
  return states.reduce<number | null>((best, state) => {
    const one = value(state);
    if (one === null) return best;
    return best === null ? one : pick(best, one);
  }, null);
}

/** Of a day's observations there are too many to be spread over arguments. */
function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
