import { randomBytes } from 'node:crypto';
import { DelayedQueue } from './delayed-queue.js';
import type { DeliveryDelay } from './delivery-delay.js';
import { Exchange, type ExchangeType } from './exchange.js';
import { limits } from './limits.js';
import { MessageQueue, type QueueProperties } from './message-queue.js';
import type { MessageStore } from './message-store.js';
import { Refusal } from './refusal.js';
import type { Turn } from './turn.js';

/** The only virtual host there is. */
export const virtualHostName = '/';

const predeclared: readonly [string, ExchangeType][] = [
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
];

/** What a virtual host needs of its broker. */
export interface VirtualHostParts {
  readonly store: MessageStore;
  readonly turn: Turn;
  /** What every queue's messages wait for, if anything. */
  readonly delay: DeliveryDelay | undefined;
}

/** The queues, exchanges and bindings; refuses with RabbitMQ's codes and texts. */
export class VirtualHost {
  readonly #shared: VirtualHostParts;
  readonly #queues = new Map<string, MessageQueue>();
  readonly #exchanges = new Map<string, Exchange>();
  #bindings = 0;
  /** Changes whenever a message with the same route may go to other queues. */
  version = 0;
  /** Of the whole broker; kept by those who subscribe. */
  consumers = 0;
  #consumersEver = 0;

  constructor(shared: VirtualHostParts) {
    this.#shared = shared;
    for (const [name, type] of predeclared) {
      this.#exchanges.set(name, new Exchange(name, type, true));
    }
  }

  /** The number of the next consumer to subscribe, from 0. */
  numberConsumer(): number {
    return this.#consumersEver++;
  }

  findQueue(name: string): MessageQueue | undefined {
    return this.#queues.get(name);
  }

  /** The queue, for `connection` to use. */
  queue(name: string, connection: object): MessageQueue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw notFound('queue', name);
    const { exclusiveTo } = queue.properties;
    if (exclusiveTo !== undefined && exclusiveTo !== connection) {
      throw new Refusal(
        405,
        `cannot obtain exclusive access to locked queue '${name}' in vhost '${virtualHostName}'`,
      );
    }
    return queue;
  }

  /** A new queue; with a name of the broker's making when `name` is empty. */
  addQueue(name: string, properties: QueueProperties): MessageQueue {
    if (name.startsWith('amq.')) throw reservedName('queue', name);
    checkLimit('queues', this.#queues.size);
    const ownName = name || `amq.gen-${randomBytes(16).toString('base64url')}`;
    const queue = this.#newQueue(ownName, properties);
    this.#queues.set(ownName, queue);
    this.version++;
    return queue;
  }

  /** Tells how many messages went with it. */
  deleteQueue(queue: MessageQueue): number {
    this.#queues.delete(queue.name);
    for (const exchange of this.#exchanges.values()) this.#bindings -= exchange.unbindAll(queue);
    this.version++;
    return queue.delete();
  }

  deleteQueuesOf(connection: object): void {
    for (const queue of this.#queues.values()) {
      if (queue.properties.exclusiveTo === connection) this.deleteQueue(queue);
    }
  }

  findExchange(name: string): Exchange | undefined {
    return this.#exchanges.get(name);
  }

  exchange(name: string): Exchange {
    const exchange = this.#exchanges.get(name);
    if (exchange === undefined) throw notFound('exchange', name);
    return exchange;
  }

  addExchange(name: string, type: ExchangeType, durable: boolean): void {
    if (name.startsWith('amq.')) throw reservedName('exchange', name);
    checkLimit('exchanges', this.#exchanges.size);
    this.#exchanges.set(name, new Exchange(name, type, durable));
  }

  deleteExchange(exchange: Exchange): void {
    this.#exchanges.delete(exchange.name);
    this.#bindings -= exchange.bindingCount;
    this.version++;
  }

  bind(exchange: Exchange, queue: MessageQueue, key: string): void {
    checkLimit('bindings', this.#bindings);
    if (exchange.bind(queue, key)) this.#bindings++;
    this.version++;
  }

  unbind(exchange: Exchange, queue: MessageQueue, key: string): void {
    if (exchange.unbind(queue, key)) this.#bindings--;
    this.version++;
  }

  #newQueue(name: string, properties: QueueProperties): MessageQueue {
    const { delay } = this.#shared;
    if (delay) return new DelayedQueue(name, properties, { ...this.#shared, delay });
    return new MessageQueue(name, properties, this.#shared);
  }

  /** Where a message goes; the default exchange, of no name, knows every queue by its name. */
  queuesFor(exchangeName: string, routingKey: string): readonly MessageQueue[] {
    if (exchangeName !== '') return this.exchange(exchangeName).queuesFor(routingKey);
    const queue = this.#queues.get(routingKey);
    return queue ? [queue] : [];
  }
}

/** Refuses one more of what there are `count` of already. */
export function checkLimit(
  what: 'queues' | 'exchanges' | 'bindings' | 'consumers',
  count: number,
): void {
  if (count >= limits[what]) throw new Refusal(506, `more than ${limits[what]} ${what}`);
}

function notFound(kind: string, name: string): Refusal {
  return new Refusal(404, `no ${kind} '${name}' in vhost '${virtualHostName}'`);
}

function reservedName(kind: string, name: string): Refusal {
  return new Refusal(403, `${kind} name '${name}' contains reserved prefix 'amq.*'`);
}
