import type { Expectation } from '../base/expectation.js';
import type { LatencySummary } from '../measure/latency-histogram.js';
import type { Ledger } from '../measure/ledger.js';
import type { LittlesLaw } from '../measure/littles-law.js';
import type { Series } from '../measure/series.js';
import type { SteadyState } from '../measure/steady-state.js';
import type { GeneratorCeiling } from './generator-ceiling.js';
import type { Observed, ObservedSeries } from './observed.js';

/**
 * What a run leaves on disk, and all that later commands know of it. Names carry their units. Keys
 * may be added; a key is never renamed or given another meaning under the same schema name.
 */
export interface Result {
  readonly schema: 'rmqbench/result@1';
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True when the run was cut short: cases may lack trials. */
  readonly interrupted: boolean;
  /** The profile as written, `--set` applied, without secrets. */
  readonly profile: { readonly name: string } & Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly environment: Environment;
  /** What the run had to do without, in sentences. */
  readonly missing: readonly string[];
  readonly cases: readonly ResultCase[];
  readonly claims: readonly ClaimVerdict[];
}

/** The machine and the software that generated the load. */
export interface Environment extends Machine {
  /** What the generator can do here, as `rmqbench calibrate` measured it; null when it never did. */
  readonly generatorCeiling: GeneratorCeiling | null;
  /** Whether brokers ran on this machine, too, as far as their addresses tell. */
  readonly sharedWithBroker: boolean;
}

export interface Machine {
  readonly rmqbench: string;
  readonly node: string;
  readonly os: string;
  readonly cpuModel: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly publisherThreads: number;
  readonly consumerThreads: number;
}

export interface ResultCase {
  readonly name: string;
  readonly vary: Readonly<Record<string, unknown>>;
  /** Everything this case asked for, defaults filled in; without the target. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Why the cluster could not run this case; such a case has no trials. */
  readonly skipped?: string;
  readonly broker: Broker | null;
  readonly loadBalancer: { readonly version: string; readonly count: number } | null;
  /** What the case can carry, if its rate is a share of that; found once, before the first round. */
  readonly capacity?: Capacity;
  /** Of all valid trials together: their histograms merged, never their percentiles. */
  readonly latencyMicros: Latencies;
  readonly trials: readonly Trial[];
}

export interface Broker {
  readonly product: string;
  readonly version: string;
  readonly erlang: string | null;
  readonly nodes: readonly string[];
}

/** The highest rate that a case carries: consumers receive all that is due, as it is due. */
export interface Capacity {
  /** What the cases that share it have in common of what varies: `mirrors=all`, or `default`. */
  readonly of: string;
  /** The highest rate of all publishers together that was found to be carried. */
  readonly perSecond: number;
  /** The lowest that was found not to be; null when the search ended without one. */
  readonly notCarriedPerSecond: number | null;
  /** What flowed at rate max, where the search began. */
  readonly closedLoop: { readonly publishedPerSecond: number; readonly consumedPerSecond: number };
  /** In the order in which they were made. */
  readonly probes: readonly CapacityProbe[];
}

/** A short trial at a fixed rate of all publishers together. */
export interface CapacityProbe {
  readonly ratePerSecond: number;
  readonly isCarried: boolean;
  /** How far consumers were behind what was due, at the best moment of the last second. */
  readonly behindSeconds: number;
  /** False when something other than the broker was measured. */
  readonly valid: boolean;
  readonly publishedPerSecond: number;
  readonly consumedPerSecond: number;
  /** The median latency from the moment a message was sent; null when none came. */
  readonly serviceMicrosP50: number | null;
  readonly ledger: Pick<Ledger, 'lost' | 'lostBasis' | 'leftInQueues' | 'uncountedQueues'>;
}

/** One case's turn in one round. */
export interface Trial {
  readonly round: number;
  readonly position: number;
  readonly startedAt: string;
  /** False when something other than the broker was measured; `warnings` tell what. */
  readonly valid: boolean;
  readonly warnings: readonly Warning[];
  readonly throughput: Throughput;
  /** Messages that were due before the stop instant and never sent: they have no latency. */
  readonly unsent: number;
  readonly latencyMicros: Latencies;
  readonly ledger: Ledger;
  readonly connections: Connections;
  /**
   * Whether throughput had settled by the start instant: of what was published and what was consumed
   * the less settled one. Null where the rate asked for changes, and throughput with it.
   */
  readonly steadyState: SteadyState | null;
  /**
   * Rates and latencies held against each other; null where the law need not hold, or noise could
   * fool it: with few messages under way, or with messages that did not go the plain way.
   */
  readonly littlesLaw: {
    readonly confirms: LittlesLaw | null;
    readonly service: LittlesLaw | null;
  };
  /** What happened in the middle of the trial, in the order of its beginning. */
  readonly events: readonly TrialEvent[];
  readonly cost: Cost;
  /**
   * How near the generator came to what it can do: the larger of the publishing and the consuming
   * side's rate ÷ (`environment.generatorCeiling` for its mode and body size × its threads in use).
   * Null without a calibration of the client that was used.
   */
  readonly ofGeneratorCeiling: number | null;
  /** What was seen of the brokers and the processes; results of older rmqbenches have none. */
  readonly observed: Observed;
  readonly series: Series & { readonly observed: ObservedSeries };
}

/**
 * CPU time for a message sent and received, over the measured window. That of the brokers and the load
 * balancer is known of a testbed alone, and null elsewhere.
 */
export interface Cost {
  readonly generatorCpuMicrosPerMessage: number | null;
  readonly brokerCpuMicrosPerMessage: number | null;
  readonly loadBalancerCpuMicrosPerMessage: number | null;
}

/** Connections that were lost and blocked over the whole trial, warm-up and drain included. */
export interface Connections {
  /** How often a connection was lost, and remade or not. */
  readonly lost: number;
  readonly attempts: number;
  /** Time without a connection: of all publishers and consumers together, and of the longest outage. */
  readonly downSeconds: number;
  readonly longestDownSeconds: number;
  /** How often the broker blocked a connection, and for how long: in all, and the longest. */
  readonly blocked: number;
  readonly blockedSeconds: number;
  readonly longestBlockedSeconds: number;
}

/** Something that happened to one or many at nearly the same time. Seconds are from the start instant. */
export interface TrialEvent {
  readonly atSeconds: number;
  /** When it was over for the last of them; null when it was not. */
  readonly untilSeconds: number | null;
  readonly kind:
    | 'connections-lost'
    | 'connections-blocked'
    | 'topology-declared-again'
    | 'alarm'
    | 'node-down';
  /** What, how many, why, and what became of it, in a sentence. */
  readonly text: string;
  /** How many connections, queues or nodes it happened to. */
  readonly count: number;
  /** Of connections that were lost: attempts to connect again, and messages left in doubt. */
  readonly attempts?: number;
  readonly inDoubt?: number;
}

export interface Warning {
  readonly kind:
    | 'generator-busy'
    | 'generator-late'
    | 'clock'
    | 'littles-law'
    | 'rate-missed'
    | 'lag-growing'
    | 'queues-grew'
    | 'unsteady'
    | 'left-in-queues'
    | 'connections-lost'
    | 'connections-blocked'
    | 'alarm'
    | 'foreign-messages';
  /** What is wrong, why it matters, and what to try. */
  readonly text: string;
}

/** Over the measured window alone. */
export interface Throughput {
  /** Messages that were due, whether they could be sent or not; null at rate max. */
  readonly offeredPerSecond: number | null;
  readonly publishedPerSecond: number;
  readonly confirmedPerSecond: number;
  readonly consumedPerSecond: number;
  readonly consumedBytesPerSecond: number;
}

/**
 * Of the messages sent in the measured window. `endToEnd` and `confirm` run from the moment a
 * message should have been sent and exist on a schedule only; `service` and `confirmService` run
 * from the moment it was sent; `publishLag` lies between the two.
 */
export interface Latencies {
  readonly endToEnd?: LatencySummary;
  readonly service?: LatencySummary;
  readonly confirm?: LatencySummary;
  readonly confirmService?: LatencySummary;
  readonly publishLag?: LatencySummary;
}

export type Verdict = 'holds' | 'fails' | 'inconclusive';

/** A claim of the profile and what the trials say of it. */
export interface ClaimVerdict {
  readonly says: string;
  readonly source: string | null;
  readonly metric: string;
  /** The varied path and the two of its values whose metrics were divided. */
  readonly compares: {
    readonly path: string;
    readonly numerator: unknown;
    readonly denominator: unknown;
  };
  readonly expect: Expectation;
  /** Numerator ÷ denominator as measured; null without a round that measured both. */
  readonly ratio: number | null;
  /** 95 % confidence interval of the ratio; null with fewer than two rounds. */
  readonly interval: readonly [number, number] | null;
  /** Rounds that measured every pair compared. */
  readonly rounds: number;
  /** Pairs of cases that differ in the claim's path alone, and how many were validly measured. */
  readonly pairs: { readonly compared: number; readonly of: number };
  readonly verdict: Verdict;
}
