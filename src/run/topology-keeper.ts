import { isInTime } from '../base/abort.js';
import { type Clock, systemClock } from '../base/clock.js';
import { sleepUntil } from '../base/sleep.js';
import { readCounters } from '../measure/counters.js';
import type { LoadPlan, QueuePlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';
import { succeeds } from './succeeds.js';
import { declareAtHome } from './topology.js';

const pauseMicros = 500_000;
/** A queue that is declared later yet removes itself in time, by its x-expires. */
const stopLimitMillis = 5_000;

/** What one look over the topology found gone and made again. */
export interface Redeclaration {
  readonly atMicros: number;
  readonly untilMicros: number;
  /** Whether the exchange was gone, and with it the bindings of all queues. */
  readonly exchange: boolean;
  /** Names of queues that were gone. */
  readonly queues: readonly string[];
}

interface Found {
  exchange: boolean;
  readonly queues: string[];
}

export interface KeptTopology {
  readonly plan: LoadPlan;
  readonly cluster: Cluster;
  /** Where the threads count their connections that are down. */
  readonly counters: SharedArrayBuffer;
}

/**
 * Looks after a trial's topology while connections are down: what went with a node is declared again,
 * so that whoever reconnects finds it. A queue that exists and cannot be reached is left alone, for it
 * comes back with its node. Nothing that the broker does ends the trial; it is tried again.
 */
export class TopologyKeeper {
  readonly redeclarations: Redeclaration[] = [];
  readonly #kept: KeptTopology;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  /** Queues declared again, or whose exchange was, and not yet bound again. */
  readonly #unbound = new Set<string>();
  #watching: Promise<void> = Promise.resolve();

  constructor(kept: KeptTopology, clock: Clock = systemClock) {
    this.#kept = kept;
    this.#clock = clock;
  }

  start(): void {
    this.#watching = this.#watch();
    // Whoever stops it hears of it; a rejection that nobody awaits yet would end the process.
    this.#watching.catch(() => {});
  }

  /** A call under way is awaited, for it may declare a queue after all others were removed. */
  async stop(): Promise<void> {
    this.#over.abort();
    await isInTime(this.#watching, stopLimitMillis);
  }

  async #watch(): Promise<void> {
    while (await this.#pause()) {
      if (this.#isNeeded) await this.#lookOver();
    }
  }

  /** False as soon as it is told to stop. */
  async #pause(): Promise<boolean> {
    try {
      await sleepUntil(this.#clock.nowMicros() + pauseMicros, this.#clock, this.#over.signal);
      return true;
    } catch {
      return false;
    }
  }

  /** A queue without its binding brings nobody's connection down: it is remembered. */
  get #isNeeded(): boolean {
    return readCounters(this.#kept.counters).down > 0 || this.#unbound.size > 0;
  }

  async #lookOver(): Promise<void> {
    const atMicros = this.#clock.nowMicros();
    const found = { exchange: false, queues: [] };
    for (const queue of this.#kept.plan.queues) {
      if (this.#over.signal.aborted) break;
      await succeeds(this.#restoreQueue(queue, found));
    }
    // Last of all: what is published to an exchange without bindings is confirmed, and gone.
    if (!this.#over.signal.aborted) await succeeds(this.#restoreExchange(found));
    await this.#restoreBindings();
    if (!found.exchange && found.queues.length === 0) return;
    const untilMicros = this.#clock.nowMicros();
    this.redeclarations.push({ atMicros, untilMicros, ...found });
  }

  async #restoreExchange(found: Found): Promise<void> {
    const { plan, cluster } = this.#kept;
    if (await cluster.anywhere.hasExchange(plan.exchange)) return;
    for (const { name } of plan.queues) this.#unbound.add(name);
    await cluster.anywhere.declareExchange(plan.exchange, plan.durable);
    found.exchange = true;
  }

  async #restoreQueue(queue: QueuePlan, found: Found): Promise<void> {
    const { kind } = await this.#kept.cluster.anywhere.queueState(queue.name);
    if (kind !== 'absent') return;
    this.#unbound.add(queue.name);
    // At its home node, so that the trial goes on with the placement it began with.
    await declareAtHome(queue, this.#kept.cluster);
    found.queues.push(queue.name);
    await this.#bind(queue.name);
  }

  /** A queue that cannot be reached refuses it, and is bound when it is back. */
  async #restoreBindings(): Promise<void> {
    for (const name of this.#unbound) {
      if (this.#over.signal.aborted) return;
      await this.#bind(name);
    }
  }

  async #bind(name: string): Promise<void> {
    const { plan, cluster } = this.#kept;
    const isBound = await succeeds(cluster.anywhere.bindQueue(name, plan.exchange, name));
    if (isBound) this.#unbound.delete(name);
  }
}
