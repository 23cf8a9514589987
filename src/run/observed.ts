import type { Window } from '../measure/series.js';
import type { NodeState } from '../observe/broker-source.js';
import type { ServerState } from '../observe/haproxy-source.js';
import type { ProcessToWatch, ProcessUse } from '../observe/process-use.js';
import { type Observation, usualPeriodMicros } from '../observe/source.js';
import type { Watched } from '../observe/watcher.js';
import type {
  Observed,
  ObservedNode,
  ObservedProcess,
  ObservedQueues,
  ObservedServer,
} from '../result/observed.js';

/** One look may fail and the next be late; what was seen even earlier is not the depth at the stop. */
const atStopMicros = 3 * usualPeriodMicros;

/** Sums up what was seen of the brokers and the processes during a trial. */
export function observedOf(watched: Watched, window: Window): Observed {
  const untilStop = watched.queues.filter(({ atMicros }) => atMicros <= window.stopMicros);
  const { questions, unanswered, askingMicros } = watched.cost;
  return {
    nodes: nodesOf(watched.nodes, lastKnown(untilStop, ({ leaders }) => leaders)?.value),
    queues: queuesOf(untilStop, window.stopMicros),
    connections: connectionsOf(watched.connections),
    loadBalancer: loadBalancerOf(watched),
    processes: processesOf(watched, window),
    absent: watched.absent,
    cost: { questions, unanswered, waitedSeconds: rounded(askingMicros / 1e6) },
  };
}

function nodesOf(
  observations: Watched['nodes'],
  leaders: ReadonlyMap<string, number> | undefined,
): ObservedNode[] {
  return [...byKey(observations, ({ name }) => name)].map(([name, states]) => ({
    name,
    memoryUsedBytesMax: extreme(Math.max, states, (state) => state.memoryUsedBytes),
    memoryLimitBytes: extreme(Math.max, states, (state) => state.memoryLimitBytes),
    diskFreeBytesMin: extreme(Math.min, states, (state) => state.diskFreeBytes),
    diskFreeLimitBytes: extreme(Math.max, states, (state) => state.diskFreeLimitBytes),
    memoryAlarm: everTrue(states.map(({ memoryAlarm }) => memoryAlarm)),
    diskAlarm: everTrue(states.map(({ diskAlarm }) => diskAlarm)),
    leaders: leaders === undefined ? null : (leaders.get(name) ?? 0),
  }));
}

function queuesOf(untilStop: Watched['queues'], stopMicros: number): ObservedQueues | null {
  if (untilStop.length === 0) return null;
  const depth = (kind: 'ready' | 'unacknowledged') => {
    const last = lastKnown(untilStop, (told) => told[kind]);
    const isRecent = last !== undefined && last.atMicros >= stopMicros - atStopMicros;
    const known = untilStop.flatMap(({ told }) => told[kind] ?? []);
    return { max: last ? highest(known) : null, atStop: isRecent ? last.value : null };
  };
  const [ready, unacknowledged] = [depth('ready'), depth('unacknowledged')];
  return {
    readyMessagesMax: ready.max,
    unacknowledgedMessagesMax: unacknowledged.max,
    readyMessagesAtStop: ready.atStop,
    unacknowledgedMessagesAtStop: unacknowledged.atStop,
  };
}

/** What was told the last time that it was known, and when; `undefined` when it never was. */
function lastKnown<T, V>(observations: readonly Observation<T>[], value: (told: T) => V | null) {
  return observations
    .flatMap(({ atMicros, told }) => {
      const known = value(told);
      return known === null ? [] : { atMicros, value: known };
    })
    .at(-1);
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

function loadBalancerOf({ servers, sawServersThroughout }: Watched): Observed['loadBalancer'] {
  if (servers.length === 0) return null;
  return {
    servers: [...byKey(servers, ({ name }) => name)].map(([name, states]) =>
      toServer(name, states, sawServersThroughout),
    ),
  };
}

function toServer(
  name: string,
  states: readonly ServerState[],
  sawThroughout: boolean,
): ObservedServer {
  const growth = (count: (state: ServerState) => number) =>
    sawThroughout ? increase(states.map(count)) : null;
  return {
    name,
    wasDown: states.some(({ isUp }) => !isUp),
    sessionsMax: highest(states.map(({ sessions }) => sessions)),
    sessionsOpened: growth(({ sessionsOpened }) => sessionsOpened),
    bytesIn: growth(({ bytesIn }) => bytesIn),
    bytesOut: growth(({ bytesOut }) => bytesOut),
  };
}

/** By how much a counter grew that begins anew at zero when its program is started again. */
export function increase(counts: readonly number[]): number {
  return counts.reduce((total, count, i) => {
    const before = counts[i - 1] ?? count;
    return total + (count >= before ? count - before : count);
  }, 0);
}

/** CPU time of all processes of a kind that was started, over the window; null unless each is known. */
export function windowCpuMicros(
  { atStart, atStop, processesToWatch }: Pick<Watched, 'atStart' | 'atStop' | 'processesToWatch'>,
  kind: ProcessToWatch['kind'],
): number | null {
  const { length: count } = processesToWatch.filter((one) => one.kind === kind);
  const before = atStart.filter((use) => use.kind === kind);
  const after = atStop.filter((use) => use.kind === kind);
  if (count === 0 || before.length !== count || after.length !== count) return null;
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

/** Null when nobody knows, ever. */
function everTrue(values: readonly (boolean | null)[]): boolean | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.includes(true);
}

/** Of a day's observations there are too many to be spread over arguments. */
function highest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
