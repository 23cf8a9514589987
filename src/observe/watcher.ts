import { type Clock, systemClock } from '../base/clock.js';
import {
  type AskManagement,
  type ConnectionStates,
  connectionSource,
  type NodeState,
  nodeSource,
  type QueueTotals,
  queueSource,
} from './broker-source.js';
import { haproxySource, type ServerState } from './haproxy-source.js';
import { type ProcessToWatch, type ProcessUse, readProcessUses } from './process-use.js';
import { type Observation, usualPeriodMicros } from './source.js';
import { type AskingCost, Watch } from './watch.js';

/** What there is to be watched; `undefined` is what is not known, or not there. */
export interface ToWatch {
  readonly management:
    | {
        readonly ask: AskManagement;
        readonly vhost: string;
        /** The names of the queues, and which connections by their names, that count. */
        readonly queueNames: ReadonlySet<string>;
        readonly isCounted: (connectionName: string) => boolean;
      }
    | undefined;
  /** HAProxy's page of statistics, without `;csv`. */
  readonly statisticsUrl: string | undefined;
  readonly processes: readonly ProcessToWatch[];
  /** What cannot be watched, and why, in sentences. */
  readonly absent: readonly string[];
}

/** All that was seen of the brokers and the processes, on the shared clock. */
export interface Watched {
  readonly nodes: readonly Observation<readonly NodeState[]>[];
  readonly queues: readonly Observation<QueueTotals>[];
  readonly connections: readonly Observation<ConnectionStates>[];
  readonly servers: readonly Observation<readonly ServerState[]>[];
  readonly processes: readonly Observation<readonly ProcessUse[]>[];
  /** Whether the servers were seen before the first connection, and after the last. */
  readonly sawServersThroughout: boolean;
  /** What there was to watch, and may not have been seen. */
  readonly processesToWatch: readonly ProcessToWatch[];
  /** What the processes had used at the start and at the stop instant; empty if that is not known. */
  readonly atStart: readonly ProcessUse[];
  readonly atStop: readonly ProcessUse[];
  /** What told nothing, and why, in sentences. */
  readonly absent: readonly string[];
  readonly cost: AskingCost;
}

/** Watches the brokers, the load balancer and the processes while a trial goes on. */
export class Watcher {
  readonly #what: ToWatch;
  readonly #nodes: Watch<readonly NodeState[]> | undefined;
  readonly #queues: Watch<QueueTotals> | undefined;
  readonly #connections: Watch<ConnectionStates> | undefined;
  readonly #servers: Watch<readonly ServerState[]> | undefined;
  readonly #processes: Watch<readonly ProcessUse[]>;
  #atStart: readonly ProcessUse[] = [];
  #atStop: readonly ProcessUse[] = [];

  constructor(what: ToWatch, clock: Clock = systemClock) {
    const { management, statisticsUrl } = what;
    this.#what = what;
    if (management) {
      const { ask, isCounted } = management;
      this.#nodes = new Watch(nodeSource(ask), clock);
      this.#queues = new Watch(queueSource(ask, management), clock);
      this.#connections = new Watch(connectionSource(ask, isCounted), clock);
    }
    if (statisticsUrl) this.#servers = new Watch(haproxySource(statisticsUrl), clock);
    this.#processes = new Watch(
      {
        tells: 'processes',
        periodMicros: usualPeriodMicros,
        ask: async () => this.#readProcesses(),
      },
      clock,
    );
  }

  /**
   * Resolves when connections may be opened: what the load balancer counted before them is known, or
   * it has taken too long to say so.
   */
  async start(): Promise<void> {
    const starts = this.#watches.map((watch) => ({ watch, first: watch.start() }));
    await starts.find(({ watch }) => watch === this.#servers)?.first;
  }

  /**
   * To be called at the start and at the stop instant: reads at once what the processes have used. Should
   * that fail, it is not known: a trial goes on without.
   */
  onWindow(edge: 'start' | 'stop'): void {
    try {
      const uses = this.#readProcesses();
      if (edge === 'start') this.#atStart = uses;
      else this.#atStop = uses;
    } catch {
      // It stays empty.
    }
  }

  /** Asks no more, before the queues go; may be called again. */
  end(): void {
    for (const watch of this.#watches) watch.end();
  }

  /** Hears last words, when all connections have ended, and tells all that was seen. */
  async finish(): Promise<Watched> {
    await Promise.all(this.#watches.map((watch) => watch.finish()));
    return {
      nodes: this.#nodes?.observations ?? [],
      queues: this.#queues?.observations ?? [],
      connections: this.#connections?.observations ?? [],
      servers: this.#servers?.observations ?? [],
      sawServersThroughout: this.#servers?.toldFromFirstToLast ?? false,
      processes: this.#processes.observations,
      processesToWatch: this.#what.processes,
      atStart: this.#atStart,
      atStop: this.#atStop,
      absent: [...this.#what.absent, ...this.#watches.flatMap((watch) => watch.whyAbsent ?? [])],
      cost: costOf(this.#watches),
    };
  }

  get #watches(): Watch<unknown>[] {
    const watches = [this.#nodes, this.#queues, this.#connections, this.#servers, this.#processes];
    return watches.filter((watch) => watch !== undefined);
  }

  #readProcesses(): ProcessUse[] {
    return readProcessUses(this.#what.processes);
  }
}

function costOf(watches: readonly Watch<unknown>[]): AskingCost {
  const sum = (part: keyof AskingCost) =>
    watches.reduce((total, { cost }) => total + cost[part], 0);
  return {
    questions: sum('questions'),
    unanswered: sum('unanswered'),
    askingMicros: sum('askingMicros'),
  };
}
