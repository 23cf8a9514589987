import type { ConsumerTask, PublisherTask } from '../load/protocol.js';
import { allocateCounters } from '../measure/counters.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { CaseSettings } from '../profile/settings.js';
import type { ClusterAddresses } from './cluster.js';
import type { TaskWithoutPort } from './crew.js';
import type { Crews } from './crews.js';

/** One trial's work, dealt out to the threads. */
export interface Tasks {
  readonly publishers: readonly TaskWithoutPort<PublisherTask>[];
  readonly consumers: readonly TaskWithoutPort<ConsumerTask>[];
  readonly counters: SharedArrayBuffer;
}

/** Deals publishers and consumers out to threads and connections to addresses, each in turn. */
export function dealTasks(
  plan: LoadPlan,
  settings: CaseSettings,
  context: { readonly addresses: ClusterAddresses; readonly crews: Crews },
): Tasks {
  const { addresses, crews } = context;
  const { publishers, consumers } = settings;
  const urls = settings.connect === 'spread' ? addresses.nodeUrls : [addresses.entryUrl];
  const urlOf = (id: number) => urls[id % urls.length] ?? addresses.entryUrl;
  const publisherHands = deal(
    plan.publishers.map((one) => ({
      ...one,
      url: urlOf(one.id),
      connectionName: `rmqbench publisher ${one.id}`,
      exchange: plan.exchange,
      payloadBytes: publishers.payloadBytes,
      persistent: publishers.persistent,
      confirmWindow: publishers.confirm.kind === 'none' ? undefined : publishers.confirm.window,
    })),
    crews.publishers.threads,
  );
  const consumerHands = deal(
    plan.consumers.map((one) => ({
      ...one,
      url: urlOf(one.id),
      connectionName: `rmqbench consumer ${one.id}`,
      prefetch: consumers.prefetch,
      acknowledgeEvery:
        consumers.acknowledge.kind === 'none' ? undefined : consumers.acknowledge.every,
    })),
    crews.consumers.threads,
  );
  const counters = allocateCounters(publisherHands.length + consumerHands.length);
  const common = { client: settings.client, counters };
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
      scheduled: publishers.rate.kind !== 'max',
    })),
  };
}

/** Deals items into at most `hands` hands, none of them empty. */
function deal<T>(items: readonly T[], hands: number): T[][] {
  const dealt: T[][] = Array.from({ length: Math.min(hands, items.length) }, () => []);
  for (const [i, item] of items.entries()) dealt[i % dealt.length]?.push(item);
  return dealt;
}
