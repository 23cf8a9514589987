import type { Expectation } from '../base/expectation.js';

/**
 * What one case of a profile asks for, after the file was parsed, checked and converted: units are
 * in the names, every default is filled in. This is the value that `profile/` hands to `plan/`.
 */

/** A cluster that rmqbench starts on this host. */
export interface TestbedTarget {
  readonly kind: 'testbed';
  readonly nodes: number;
  readonly loadBalancers: 0 | 1;
  readonly balance: 'roundrobin' | 'leastconn';
  /** Whether its nodes speak TLS, and nothing else. */
  readonly tls: boolean;
}

/** A cluster of the user's. `managementUrl` is where its management API answers, if it is named. */
export interface AttachedTarget {
  readonly kind: 'attached';
  /** amqp:// or amqps://, with credentials: secrets. Connections are dealt over them in turn. */
  readonly urls: readonly [string, ...string[]];
  readonly tls: TlsSettings | undefined;
  readonly managementUrl: string | undefined;
  /** Direct addresses of the nodes, amqp:// or amqps://; may be empty. */
  readonly nodeUrls: readonly string[];
}

/** How to connect to amqps:// and https:// addresses; certificates and keys are PEM texts. */
export interface TlsSettings {
  /** Who vouches for the brokers' certificates; without it, the authorities that Node knows. */
  readonly ca?: string;
  /** What this side shows of itself, and the key to it: a secret. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that the brokers' certificates are for, when it is not the address's host. */
  readonly serverName?: string;
  /** Whether the brokers' certificates are verified. */
  readonly verify: boolean;
}

export type Target = TestbedTarget | AttachedTarget;

/** On which nodes a queue is replicated: `'none'`, `'all'`, or on exactly so many. */
export type Mirrors = 'none' | 'all' | { readonly exactly: number };

export interface QueueSettings {
  readonly layout: 'direct';
  readonly count: number;
  readonly type: 'classic' | 'quorum';
  readonly mirrors: Mirrors;
  readonly durable: boolean;
  /** Arguments of queue.declare beside those that rmqbench sets itself. */
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A part of a schedule, in which the rate goes evenly from one value to another, both in messages per
 * second; the two are the same in a step.
 */
export interface RateStep {
  readonly durationMicros: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/**
 * As fast as the broker takes them; so many a second for each publisher, or for them all, constant or
 * in steps that begin at the start instant (the first one's rate holds before, the last one's after);
 * or a share of what the broker can carry, 0 … 1 and above, which the run finds out first.
 */
export type Rate =
  | { readonly kind: 'max' }
  | { readonly kind: 'each'; readonly perSecond: number | readonly RateStep[] }
  | { readonly kind: 'total'; readonly perSecond: number | readonly RateStep[] }
  | { readonly kind: 'of-capacity'; readonly share: number };

/** Whether messages are due at equal distances, or at random (a Poisson process) at the same rate. */
export type Arrivals = 'constant' | 'poisson';

/**
 * No publisher confirms, at most `window` messages of one publisher awaiting theirs, or transactions
 * of `messages` each, one after the other.
 */
export type Confirm =
  | { readonly kind: 'none' }
  | { readonly kind: 'window'; readonly window: number }
  | { readonly kind: 'transaction'; readonly messages: number };

export interface PublisherSettings {
  readonly count: number;
  readonly rate: Rate;
  /** When messages are due; of no use at rate max. */
  readonly arrivals: Arrivals;
  readonly payloadBytes: number;
  readonly persistent: boolean;
  readonly confirm: Confirm;
  /** Whether the broker shall return what it can route to no queue. */
  readonly mandatory: boolean;
  /** So many of the publishers, the last ones, send what no queue is bound to. */
  readonly unroutable: number;
  /** What becomes of messages whose connection was lost before their confirm came. */
  readonly onReconnect: 'republish' | 'drop';
}

/** No acknowledgements (the broker forgets what it sent), or one for every `every` messages. */
export type Acknowledge =
  | { readonly kind: 'none' }
  | { readonly kind: 'every'; readonly every: number };

export interface ConsumerSettings {
  readonly count: number;
  /** Unacknowledged messages that the broker may have sent to one consumer; 0 is no limit. */
  readonly prefetch: number;
  readonly acknowledge: Acknowledge;
  /** Which share, 0 … 1, of the messages is given back when it first comes; and to be queued again? */
  readonly nack: { readonly share: number; readonly requeue: boolean };
  /** How long a consumer is busy with each message before it acknowledges it. */
  readonly workMicros: number;
  /** The most messages a second that each consumer acknowledges; `undefined` is no limit. */
  readonly ratePerSecond: number | undefined;
}

export interface MeasureSettings {
  readonly warmupMicros: number;
  readonly durationMicros: number;
  /** The longest a trial may take to fetch what is still queued after its stop instant. */
  readonly drainLimitMicros: number;
}

/** Everything that one case asks for. */
export interface CaseSettings {
  readonly target: Target;
  readonly connect: 'load-balancer' | 'spread';
  readonly client: 'wire' | 'amqplib';
  readonly queues: QueueSettings;
  readonly publishers: PublisherSettings;
  readonly consumers: ConsumerSettings;
  readonly measure: MeasureSettings;
}

/** A value that `vary` gives to a dotted path, as the file writes it. */
export type VaryValue = string | number | boolean | null | { readonly [key: string]: unknown };

/** One combination of the profile's `vary`, with the settings it leads to. */
export interface ProfileCase {
  /** Dotted path to value, in the order of `vary`; empty when nothing varies. */
  readonly vary: Readonly<Record<string, VaryValue>>;
  readonly settings: CaseSettings;
}

/** A statement about the ratio of a metric between two values of one varied path. */
export interface Claim {
  readonly says: string;
  readonly source: string | undefined;
  /** A path below a trial: `throughput.consumedPerSecond`, `latencyMicros.service.p99`. */
  readonly metric: string;
  /** The varied path, and the two values whose metrics are divided: numerator ÷ denominator. */
  readonly ratio: {
    readonly path: string;
    readonly numerator: VaryValue;
    readonly denominator: VaryValue;
  };
  readonly expect: Expectation;
}

/** A checked profile. */
export interface Profile {
  readonly name: string;
  readonly description: string | undefined;
  /** How often every case is run. */
  readonly rounds: number;
  /** Decides the order of cases within each round; drawn anew for each run when undefined. */
  readonly seed: number | undefined;
  readonly cases: readonly ProfileCase[];
  readonly claims: readonly Claim[];
  /** The profile as the file and `--set` wrote it, without secrets: what the result keeps. */
  readonly source: Readonly<Record<string, unknown>>;
}
