import type { ConsumerSpec, ConsumerTask, PublisherSpec, PublisherTask } from '../load/protocol.js';
import { allocateCounters } from '../measure/counters.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { CaseSettings, Confirm } from '../profile/settings.js';
import type { ClusterAddresses } from './cluster.js';
import type { TaskWithoutPort } from './crew.js';
import type { Crews } from './crews.js';

/** One trial's work, dealt out to the threads. */
export interface Tasks {
  readonly publishers: readonly TaskWithoutPort<PublisherTask>[];
  readonly consumers: readonly TaskWithoutPort<ConsumerTask>[];
  readonly counters: SharedArrayBuffer;
}

/** The addresses of a publisher or consumer, its own first and then the others in turn. */
type UrlsOf = (id: number) => ConsumerSpec['urls'];

/** Deals publishers and consumers out to threads and connections to addresses, each in turn. */
export function dealTasks(
  plan: LoadPlan,
  settings: CaseSettings,
  context: { readonly addresses: ClusterAddresses; readonly crews: Crews },
): Tasks {
  const { addresses, crews } = context;
  const [first = addresses.entryUrls[0], ...others] =
    settings.connect === 'spread' ? addresses.nodeUrls : addresses.entryUrls;
  const urlsOf = (id: number) => rotated([first, ...others], id);
  const publishers = publisherSpecs(plan, settings, urlsOf);
  const publisherHands = deal(publishers, crews.publishers.threads, ({ id }) => id);
  const consumers = consumerSpecs(plan, settings, urlsOf);
  const consumerHands = dealConsumers(consumers, crews.consumers.threads);
  const counters = allocateCounters(publisherHands.length + consumerHands.length);
  const common = { client: settings.client, tls: addresses.tls, counters };
  return {
    counters,
    publishers: publisherHands.map((hand, row) => ({
      ...common,
      row,
      publishers: hand,
      confirmLimitMicros: settings.measure.drainLimitMicros,
    })),
    consumers: consumerHands.map((hand, i) => ({
      ...common,
      row: publisherHands.length + i,
      consumers: hand,
      scheduled: settings.publishers.rate.kind !== 'max',
    })),
  };
}

function rotated(urls: ConsumerSpec['urls'], by: number): ConsumerSpec['urls'] {
  const from = by % urls.length;
  const [first = urls[0], ...others] = [...urls.slice(from), ...urls.slice(0, from)];
  return [first, ...others];
}

function publisherSpecs(
  plan: LoadPlan,
  { publishers }: CaseSettings,
  urlsOf: UrlsOf,
): PublisherSpec[] {
  return plan.publishers.map(({ id, routingKey, schedule }) => ({
    id,
    routingKey,
    schedule,
    urls: urlsOf(id),
    connectionName: `${plan.prefix} publisher ${id}`,
    exchange: plan.exchange,
    payloadBytes: publishers.payloadBytes,
    persistent: publishers.persistent,
    mandatory: publishers.mandatory,
    onReconnect: publishers.onReconnect,
    ...promiseOf(publishers.confirm),
  }));
}

function promiseOf(confirm: Confirm): Pick<PublisherSpec, 'guarantee' | 'window'> {
  switch (confirm.kind) {
    case 'none':
      return { guarantee: 'none', window: 0 };
    case 'window':
      return { guarantee: 'confirm', window: confirm.window };
    case 'transaction':
      return { guarantee: 'transaction', window: confirm.messages };
  }
}

function consumerSpecs(
  plan: LoadPlan,
  { consumers }: CaseSettings,
  urlsOf: UrlsOf,
): ConsumerSpec[] {
  const { acknowledge } = consumers;
  return plan.consumers.map(({ id, queue }) => ({
    id,
    queue,
    urls: urlsOf(id),
    connectionName: `${plan.prefix} consumer ${id}`,
    prefetch: consumers.prefetch,
    acknowledgeEvery: acknowledge.kind === 'none' ? undefined : acknowledge.every,
    nackShare: consumers.nack.share,
    requeue: consumers.nack.requeue,
    workMicros: consumers.workMicros,
    ratePerSecond: consumers.ratePerSecond,
  }));
}

/**
 * The consumers of one queue go to one thread as long as no thread is left without a queue. A
 * publisher's messages all go to one queue, so that this thread sees all of them, and its set of them
 * is full stretches that collapse; spread over threads, each would keep a bit for every message.
 */
function dealConsumers(consumers: readonly ConsumerSpec[], threads: number): ConsumerSpec[][] {
  const queues = [...new Set(consumers.map(({ queue }) => queue))];
  if (queues.length < threads) return deal(consumers, threads, ({ id }) => id);
  const indexes = new Map(queues.map((queue, index) => [queue, index]));
  return deal(consumers, threads, ({ queue }) => indexes.get(queue) ?? 0);
}

/** Deals items into at most `hands` hands, none of them empty, in turn by their numbers. */
function deal<T>(items: readonly T[], hands: number, numberOf: (item: T) => number): T[][] {
  const dealt: T[][] = Array.from({ length: Math.min(hands, items.length) }, () => []);
  for (const item of items) dealt[numberOf(item) % dealt.length]?.push(item);
  return dealt;
}
