import type { ProcessUse } from '../observe/process-use.js';
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
  const processes = grouped(watched.processes);
  return {
    queueDepth: {
      atSeconds: at(queues),
      ready: queues.map((group) => highest(group, ({ ready }) => ready) ?? 0),
      unacknowledged: queues.map(
        (group) => highest(group, ({ unacknowledged }) => unacknowledged) ?? 0,
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
      // The first moment has none before it.
      atSeconds: at(processes).slice(1),
      byProcess: byName(
        watched.processes,
        ({ label }) => label,
        (label) => coresBetween(processes, label),
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
    const share = highest(group, (nodes) => {
      const node = nodes.find((one) => one.name === name);
      if (!node?.memoryLimitBytes || node.memoryUsedBytes === null) return undefined;
      return node.memoryUsedBytes / node.memoryLimitBytes;
    });
    return share === undefined ? null : rounded(share);
  });
}

/** From the end of each group to the end of the next one. */
function coresBetween(groups: readonly Group<readonly ProcessUse[]>[], label: string) {
  const moments = groups.map((group) => group.at(-1));
  return moments.slice(1).map((moment, i) => {
    const before = moments[i];
    const earlier = before?.told.find((use) => use.label === label);
    const later = moment?.told.find((use) => use.label === label);
    if (!before || !moment || !earlier || !later) return null;
    const seconds = (moment.atMicros - before.atMicros) / 1e6;
    return seconds > 0 ? rounded((later.cpuSeconds - earlier.cpuSeconds) / seconds) : null;
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

/** The highest value that is known within a group; `undefined` when none is. */
function highest<T>(group: Group<T>, value: (told: T) => number | undefined): number | undefined {
  let most: number | undefined;
  for (const { told } of group) {
    const one = value(told);
    if (one !== undefined && (most === undefined || one > most)) most = one;
  }
  return most;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
