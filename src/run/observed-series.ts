import type { Observation } from '../observe/source.js';
import type { Watched } from '../observe/watcher.js';
import type { ObservedSeries } from '../result/observed.js';

/** The most moments of a kind that a result keeps. */
export const momentsMax = 300;

type Group<T> = readonly Observation<T>[];

/** What was seen of the brokers and the processes over time, counted from the start instant. */
export function observedSeries(watched: Watched, startMicros: number): ObservedSeries {
  const at = (groups: readonly Group<unknown>[]) =>
    groups.map((group) => rounded(((group.at(-1)?.atMicros ?? startMicros) - startMicros) / 1e6));
  const queues = grouped(watched.queues);
  const nodes = grouped(watched.nodes);
  const cores = grouped(coresInUse(watched.processes));
  return {
    queueDepth: {
      atSeconds: at(queues),
      readyMessages: queues.map((group) => highest(group, ({ ready }) => ready)),
      unacknowledgedMessages: queues.map((group) =>
        highest(group, ({ unacknowledged }) => unacknowledged),
      ),
    },
    memoryUsedShare: {
      atSeconds: at(nodes),
      byNode: byName(
        watched.nodes,
        ({ name }) => name,
        (name) => memoryShares(nodes, name),
      ),
    },
    cpuCores: {
      atSeconds: at(cores),
      byProcess: byName(
        watched.processes,
        ({ label }) => label,
        (label) => cores.map((group) => highest(group, (told) => told.get(label) ?? null)),
      ),
    },
  };
}

/** Equal numbers of neighbours together, so that there are no more groups than a result keeps. */
function grouped<T>(observations: readonly Observation<T>[]): Group<T>[] {
  const size = Math.max(1, Math.ceil(observations.length / momentsMax));
  return Array.from({ length: Math.ceil(observations.length / size) }, (_, i) =>
    observations.slice(i * size, (i + 1) * size),
  );
}

function memoryShares(groups: readonly Group<Watched['nodes'][number]['told']>[], name: string) {
  return groups.map((group) => {
    return highest(group, (nodes) => {
      const node = nodes.find((one) => one.name === name);
      if (!node?.memoryLimitBytes || node.memoryUsedBytes === null) return null;
      return node.memoryUsedBytes / node.memoryLimitBytes;
    });
  });
}

/** By process, since the moment before; of the first moment there is nothing to tell. */
function coresInUse(processes: Watched['processes']): Observation<ReadonlyMap<string, number>>[] {
  return processes.slice(1).map(({ atMicros, told }, i) => {
    const before = processes[i];
    const seconds = (atMicros - (before?.atMicros ?? atMicros)) / 1e6;
    const cores = told.flatMap(({ label, cpuSeconds }) => {
      const earlier = before?.told.find((use) => use.label === label);
      return earlier && seconds > 0
        ? { label, value: (cpuSeconds - earlier.cpuSeconds) / seconds }
        : [];
    });
    return { atMicros, told: new Map(cores.map(({ label, value }) => [label, value])) };
  });
}

function byName<T, V>(
  observations: readonly Observation<readonly T[]>[],
  nameOf: (one: T) => string,
  valuesOf: (name: string) => V,
): Record<string, V> {
  const names = new Set(observations.flatMap(({ told }) => told.map(nameOf)));
  return Object.fromEntries([...names].map((name) => [name, valuesOf(name)]));
}

/** The highest value that is known within a group; null when none is. */
function highest<T>(group: Group<T>, value: (told: T) => number | null): number | null {
  let most: number | null = null;
  for (const { told } of group) {
    const one = value(told);
    if (one !== null && (most === null || one > most)) most = one;
  }
  return most === null ? null : rounded(most);
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
