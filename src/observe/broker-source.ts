import { type Source, usualPeriodMicros } from './source.js';

/**
 * Asks RabbitMQ's management API: resolves to its answer to a GET of this path, such as `/api/nodes`,
 * and rejects when there is none, or the signal aborts.
 */
export type AskManagement = (path: string, signal: AbortSignal) => Promise<unknown>;

/** A node of the cluster. Whatever the management API does not tell of it is null. */
export interface NodeState {
  readonly name: string;
  readonly isRunning: boolean;
  readonly memoryUsedBytes: number | null;
  /** Above so much it raises its memory alarm. */
  readonly memoryLimitBytes: number | null;
  readonly memoryAlarm: boolean | null;
  readonly diskFreeBytes: number | null;
  /** Below so much it raises its disk alarm. */
  readonly diskFreeLimitBytes: number | null;
  readonly diskAlarm: boolean | null;
}

/** The trial's queues together. Null is what the management API does not tell of each of them. */
export interface QueueTotals {
  readonly ready: number | null;
  readonly unacknowledged: number | null;
  /** How many of the queues have their leader at which node. */
  readonly leaders: ReadonlyMap<string, number> | null;
}

/** How many connections of publishers and consumers are in which state. */
export type ConnectionStates = ReadonlyMap<string, number>;

/** RabbitMQ renews what it says of memory, disk and connections this often, by default. */
const renewalMicros = 5_000_000;

/** The names of the columns, as they stand in a path: the API computes and sends no others. */
const nodeColumns =
  'name,running,mem_used,mem_limit,mem_alarm,disk_free,disk_free_limit,disk_free_alarm';
const queueColumns = 'name,node,leader,messages_ready,messages_unacknowledged';
const connectionColumns = 'state,user_provided_name';

interface NodeAnswer {
  readonly name: string;
  readonly running: boolean;
  readonly mem_used?: number;
  readonly mem_limit?: number;
  readonly mem_alarm?: boolean;
  readonly disk_free?: number;
  readonly disk_free_limit?: number;
  readonly disk_free_alarm?: boolean;
}

interface QueueAnswer {
  readonly name: string;
  readonly node?: string;
  readonly leader?: string;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
}

interface ConnectionAnswer {
  readonly state?: string;
  readonly user_provided_name?: string;
}

/** Memory, disk and alarms of every node. */
export function nodeSource(ask: AskManagement): Source<readonly NodeState[]> {
  return {
    tells: 'memory, disk and alarms of the nodes',
    // Whether a node runs is known at once.
    periodMicros: usualPeriodMicros,
    ask: async (signal) => {
      const nodes = (await ask(`/api/nodes?columns=${nodeColumns}`, signal)) as NodeAnswer[];
      return nodes.map(toNodeState);
    },
  };
}

function toNodeState(node: NodeAnswer): NodeState {
  return {
    name: node.name,
    isRunning: node.running,
    memoryUsedBytes: node.mem_used ?? null,
    memoryLimitBytes: node.mem_limit ?? null,
    memoryAlarm: node.mem_alarm ?? null,
    diskFreeBytes: node.disk_free ?? null,
    diskFreeLimitBytes: node.disk_free_limit ?? null,
    diskAlarm: node.disk_free_alarm ?? null,
  };
}

/** Depth and leaders of the queues of these names in a virtual host. */
export function queueSource(
  ask: AskManagement,
  which: { readonly vhost: string; readonly queueNames: ReadonlySet<string> },
): Source<QueueTotals> {
  // Without statistics, but with these totals, the API does least for a queue.
  const query = `disable_stats=true&enable_queue_totals=true&columns=${queueColumns}`;
  const path = `/api/queues/${encodeURIComponent(which.vhost)}?${query}`;
  return {
    tells: 'depth and leaders of the queues',
    periodMicros: usualPeriodMicros,
    ask: async (signal) => {
      const queues = (await ask(path, signal)) as QueueAnswer[];
      const ours = queues.filter(({ name }) => which.queueNames.has(name));
      return toTotals(ours, which.queueNames.size);
    },
  };
}

/** RabbitMQ may not list a queue that has just been declared, or have no statistics of it yet. */
function toTotals(queues: readonly QueueAnswer[], queueCount: number): QueueTotals {
  const ofAll = <T>(value: (queue: QueueAnswer) => T | undefined): readonly T[] | null => {
    const known = queues.flatMap((queue) => value(queue) ?? []);
    return known.length === queueCount ? known : null;
  };
  // A classic queue's leader is named as its node.
  const leaders = ofAll(({ leader, node }) => leader ?? node);
  return {
    ready: sum(ofAll((queue) => queue.messages_ready)),
    unacknowledged: sum(ofAll((queue) => queue.messages_unacknowledged)),
    leaders: leaders && countBy(leaders, (leader) => leader),
  };
}

function sum(counts: readonly number[] | null): number | null {
  return counts?.reduce((total, count) => total + count, 0) ?? null;
}

/** States of the connections whose names count. */
export function connectionSource(
  ask: AskManagement,
  isCounted: (connectionName: string) => boolean,
): Source<ConnectionStates> {
  return {
    tells: 'states of the connections',
    periodMicros: renewalMicros,
    ask: async (signal) => {
      const path = `/api/connections?columns=${connectionColumns}`;
      const connections = (await ask(path, signal)) as ConnectionAnswer[];
      const ours = connections.filter(({ user_provided_name: name = '' }) => isCounted(name));
      return countBy(ours, ({ state }) => state);
    },
  };
}

/** What has no such name is not counted. */
function countBy<T>(items: readonly T[], nameOf: (item: T) => string | undefined) {
  const counts = new Map<string, number>();
  for (const item of items) {
    const name = nameOf(item);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
