import { seededRandom } from '../base/random.js';
import type { Arrivals, CaseSettings, QueueSettings } from '../profile/settings.js';
import { type RateCurve, rateCurve } from './rate-curve.js';

export interface QueuePlan {
  readonly name: string;
  readonly durable: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  /** The node that shall hold it: an index to be taken modulo the number of nodes. */
  readonly home: number;
}

/** When one publisher's messages are due. */
export interface PublisherSchedule {
  readonly curve: RateCurve;
  readonly arrivals: Arrivals;
  /** Of constant arrivals: shifts the schedule by a part of its period, so that not all send at once. */
  readonly phase: number;
  /** Of Poisson arrivals: what their distances are drawn from. */
  readonly seed: number;
}

export interface PublisherPlan {
  readonly id: number;
  readonly routingKey: string;
  /** Whether no queue is bound to its routing key. */
  readonly isUnroutable: boolean;
  /** `undefined` is as fast as the broker takes them. */
  readonly schedule: PublisherSchedule | undefined;
}

export interface ConsumerPlan {
  readonly id: number;
  readonly queue: string;
}

/** What a trial declares and who works on it. */
export interface LoadPlan {
  /** Begins every name in it. */
  readonly prefix: string;
  readonly exchange: string;
  readonly durable: boolean;
  readonly queues: readonly QueuePlan[];
  readonly publishers: readonly PublisherPlan[];
  readonly consumers: readonly ConsumerPlan[];
  /** The definition of the policy that mirrors the queues, if they shall be mirrored. */
  readonly mirrorDefinition: Readonly<Record<string, string | number>> | undefined;
}

/**
 * Lays out one trial: queues by home node in turn, publisher and consumer i on queue i mod count, but
 * the last publishers on none if some shall be unroutable. All names begin with `prefix`; the moments of
 * Poisson arrivals are drawn from `arrivalsSeed`.
 */
export function planLoad(settings: CaseSettings, prefix: string, arrivalsSeed = 0): LoadPlan {
  const { queues, publishers, consumers } = settings;
  const names = Array.from({ length: queues.count }, (_, i) => `${prefix}.q${i + 1}`);
  const queueOf = (i: number) => names[i % queues.count] ?? prefix;
  const schedules = schedulesOf(settings, arrivalsSeed);
  const isUnroutable = (id: number) => id >= publishers.count - publishers.unroutable;
  return {
    prefix,
    exchange: `${prefix}.x`,
    durable: queues.durable,
    queues: names.map((name, home) => ({
      name,
      durable: queues.durable,
      arguments: queueArguments(queues),
      home,
    })),
    publishers: Array.from({ length: publishers.count }, (_, id) => ({
      id,
      routingKey: isUnroutable(id) ? `${prefix}.nowhere` : queueOf(id),
      isUnroutable: isUnroutable(id),
      schedule: schedules[id],
    })),
    consumers: Array.from({ length: consumers.count }, (_, id) => ({ id, queue: queueOf(id) })),
    mirrorDefinition: mirrorDefinition(queues),
  };
}

/** A queue that a killed run left on a cluster of the user's removes itself after this long unused. */
const abandonedQueueMillis = 30 * 60_000;

function queueArguments(queues: QueueSettings): QueuePlan['arguments'] {
  return { 'x-queue-type': queues.type, 'x-expires': abandonedQueueMillis, ...queues.arguments };
}

/** One for each publisher, together exactly what was asked for; none at rate max. */
function schedulesOf({ publishers, measure }: CaseSettings, arrivalsSeed: number) {
  const { count, rate, arrivals } = publishers;
  const curve = rateCurve(rate, count, measure.warmupMicros);
  if (curve === undefined) return [];
  const random = seededRandom(arrivalsSeed);
  return Array.from({ length: count }, (_, id) => ({
    curve,
    arrivals,
    phase: id / count,
    seed: random.below(seedsMax),
  }));
}

const seedsMax = 2 ** 31;

/** RabbitMQ 3.x, "Classic Queue Mirroring": the keys of a policy that mirrors queues. */
function mirrorDefinition(queues: QueueSettings): LoadPlan['mirrorDefinition'] {
  if (queues.mirrors === 'none') return undefined;
  if (queues.mirrors === 'all') return { 'ha-mode': 'all' };
  return { 'ha-mode': 'exactly', 'ha-params': queues.mirrors.exactly };
}
