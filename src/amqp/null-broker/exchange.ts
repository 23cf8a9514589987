import type { MessageQueue } from './message-queue.js';

/** `topic` knows no patterns here but `#` alone, which matches everything; else keys match exactly. */
export type ExchangeType = 'direct' | 'fanout' | 'topic';

/** Those that may be declared; RabbitMQ's `headers` is not among them. */
export const exchangeTypes: readonly ExchangeType[] = ['direct', 'fanout', 'topic'];

/** One exchange and the queues that are bound to it. */
export class Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly #bindings = new Map<string, Set<MessageQueue>>();

  constructor(name: string, type: ExchangeType, durable: boolean) {
    this.name = name;
    this.type = type;
    this.durable = durable;
  }

  get isUsed(): boolean {
    return this.#bindings.size > 0;
  }

  /** Tells whether that was a new binding. */
  bind(queue: MessageQueue, key: string): boolean {
    const queues = this.#bindings.get(key) ?? new Set();
    if (queues.has(queue)) return false;
    this.#bindings.set(key, queues.add(queue));
    return true;
  }

  /** Tells whether there was such a binding. */
  unbind(queue: MessageQueue, key: string): boolean {
    const queues = this.#bindings.get(key);
    if (!queues?.delete(queue)) return false;
    if (queues.size === 0) this.#bindings.delete(key);
    return true;
  }

  /** Ends all bindings of a queue; tells how many there were. */
  unbindAll(queue: MessageQueue): number {
    const keys = [...this.#bindings.keys()];
    return keys.filter((key) => this.unbind(queue, key)).length;
  }

  /** How many there are. */
  get bindingCount(): number {
    return [...this.#bindings.values()].reduce((sum, queues) => sum + queues.size, 0);
  }

  /** Every queue that a message with this routing key goes to, each once. */
  queuesFor(routingKey: string): readonly MessageQueue[] {
    const matching =
      this.type === 'fanout'
        ? [...this.#bindings.values()]
        : [this.#bindings.get(routingKey), this.type === 'topic' && this.#bindings.get('#')];
    return [...new Set(matching.flatMap((queues) => [...(queues || [])]))];
  }
}
