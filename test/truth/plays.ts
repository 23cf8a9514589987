import { Draws } from '../../src/amqp/null-broker/lies/draws.js';
import type { Lies } from '../../src/amqp/null-broker/lies/lies.js';
import type { ClientName, ConsumerSpec, PublisherSpec } from '../../src/load/protocol.js';
import { randomLies } from '../support/random-lies.js';
import { constantly } from '../support/schedule.js';

/** What publishers, consumers and the broker do in one short trial; all of it follows from the seed. */
export interface Play {
  readonly seed: number;
  readonly client: ClientName;
  readonly queues: number;
  readonly publishers: readonly Omit<PublisherSpec, 'urls'>[];
  readonly consumers: readonly Omit<ConsumerSpec, 'urls'>[];
  /** Publishers, the last ones, whose messages no queue is bound to. */
  readonly unroutable: number;
  readonly lies: Lies;
}

/** A trial of everything at once, as the seed has it. */
export function randomPlay(seed: number, client: ClientName): Play {
  const draws = new Draws(seed, 1);
  const queues = 1 + draws.below(2);
  const unroutable = draws.happens(0.15) ? 1 : 0;
  const publishing = {
    exchange: 'x',
    payloadBytes: 12 + draws.below(40),
    persistent: false,
    mandatory: draws.happens(0.3),
    guarantee: draws.oneOf(guarantees(client)),
    window: draws.oneOf([1, 7, 50]),
    onReconnect: draws.oneOf(['republish', 'drop'] as const),
    schedule: constantly(draws.oneOf([1000, 3000])),
  };
  const consuming = {
    prefetch: 20,
    acknowledgeEvery: draws.oneOf([undefined, 1, 1, 10]),
    nackShare: draws.happens(0.3) ? 1 / (5 + draws.below(50)) : 0,
    requeue: draws.happens(0.7),
    workMicros: draws.happens(0.15) ? 100 : 0,
    ratePerSecond: undefined,
  };
  const publisherCount = queues + draws.below(2);
  return {
    seed,
    client,
    queues,
    unroutable,
    publishers: Array.from({ length: publisherCount }, (_, id) => ({
      ...publishing,
      id,
      connectionName: `publisher ${id}`,
      routingKey: id >= publisherCount - unroutable ? 'nowhere' : `q${id % queues}`,
    })),
    consumers: Array.from({ length: queues + draws.below(2) }, (_, id) => ({
      ...consuming,
      id,
      connectionName: `consumer ${id}`,
      queue: `q${id % queues}`,
    })),
    lies: randomLies(seed),
  };
}

function guarantees(client: ClientName): readonly PublisherSpec['guarantee'][] {
  const both = ['none', 'confirm', 'confirm', 'confirm'] as const;
  return client === 'amqplib' ? both : [...both, 'transaction'];
}
