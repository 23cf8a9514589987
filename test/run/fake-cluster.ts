import type {
  Administration,
  QueueDeclaration,
  QueueState,
} from '../../src/amqp/administration.js';
import { BrokerError } from '../../src/base/errors.js';
import type { Cluster, ClusterAddresses } from '../../src/run/cluster.js';

interface FakeQueue {
  ready: number;
  isReachable: boolean;
  readonly boundTo: Set<string>;
}

/** Exchanges and queues that any number of administrations see; the test breaks what it likes. */
export class FakeBroker {
  readonly exchanges = new Set<string>();
  readonly queues = new Map<string, FakeQueue>();
  /** What was asked, such as `declareQueue a.q1`, with the node it was asked of. */
  readonly calls: string[] = [];
  /** Nodes that nobody gets through to. */
  readonly down = new Set<string>();
  /** Calls, such as `bindQueue a.q1`, that are refused once. */
  readonly refused = new Set<string>();
  /** Queues whose purge is done and never answered. */
  readonly unansweredPurges = new Set<string>();
  /** Hears of each call, such as `queueState a.q1`, before it is answered. */
  onAsked: (what: string) => void = () => {};

  addQueue(name: string, changes: Partial<FakeQueue> = {}): FakeQueue {
    const queue = { ready: 0, isReachable: true, boundTo: new Set<string>(), ...changes };
    this.queues.set(name, queue);
    return queue;
  }

  /** What was asked of this kind. */
  asked(method: string): string[] {
    return this.calls.filter((call) => call.startsWith(method));
  }
}

/** As the real one is seen by whoever calls it, without a connection. */
class FakeAdministration {
  readonly #broker: FakeBroker;
  readonly #node: string;

  constructor(broker: FakeBroker, node: string) {
    this.#broker = broker;
    this.#node = node;
  }

  async declareExchange(name: string): Promise<void> {
    this.#ask(`declareExchange ${name}`);
    this.#broker.exchanges.add(name);
  }

  async hasExchange(name: string): Promise<boolean> {
    this.#ask(`hasExchange ${name}`);
    return this.#broker.exchanges.has(name);
  }

  async declareQueue({ name }: QueueDeclaration): Promise<void> {
    this.#ask(`declareQueue ${name}`);
    if (!this.#broker.queues.has(name)) this.#broker.addQueue(name);
  }

  async bindQueue(queue: string, exchange: string): Promise<void> {
    this.#ask(`bindQueue ${queue}`);
    this.#reach(queue)?.boundTo.add(exchange);
  }

  async queueState(name: string): Promise<QueueState> {
    this.#ask(`queueState ${name}`);
    const queue = this.#broker.queues.get(name);
    if (queue === undefined) return { kind: 'absent' };
    return queue.isReachable
      ? { kind: 'there', readyMessages: queue.ready }
      : { kind: 'unreachable' };
  }

  async purgeQueue(name: string): Promise<number | undefined> {
    this.#ask(`purgeQueue ${name}`);
    const queue = this.#reach(name);
    const count = queue?.ready ?? 0;
    if (queue) queue.ready = 0;
    return this.#broker.unansweredPurges.has(name) ? undefined : count;
  }

  async removeQueue(name: string): Promise<void> {
    this.#ask(`removeQueue ${name}`);
    this.#reach(name);
    this.#broker.queues.delete(name);
  }

  async removeExchange(name: string): Promise<void> {
    this.#ask(`removeExchange ${name}`);
    this.#broker.exchanges.delete(name);
  }

  #reach(name: string): FakeQueue | undefined {
    const queue = this.#broker.queues.get(name);
    if (queue?.isReachable === false) throw new BrokerError(`${name} is down`);
    return queue;
  }

  #ask(what: string): void {
    this.#broker.calls.push(`${what} at ${this.#node}`);
    this.#broker.onAsked(what);
    if (this.#broker.down.has(this.#node)) throw new BrokerError(`${this.#node} is down`);
    if (this.#broker.refused.delete(what)) throw new BrokerError(`${what} was refused`);
  }
}

/** Where a cluster of the user's answers. */
export function attachedAddresses(changes: Partial<ClusterAddresses> = {}): ClusterAddresses {
  return {
    entryUrls: ['amqp://entry'],
    nodeUrls: [],
    managementUrl: undefined,
    tls: undefined,
    loadBalancer: null,
    ...changes,
  };
}

/** A cluster whose calls all go to `broker`: through `anywhere`, or through nodes by their names. */
export function fakeCluster(broker: FakeBroker, nodes: readonly string[] = []): Cluster {
  const administration = (node: string) =>
    // The one thing that it lacks is a connection.
    new FakeAdministration(broker, node) as unknown as Administration;
  return {
    addresses: attachedAddresses({ nodeUrls: nodes.map((node) => `amqp://${node}`) }),
    identity: { product: 'fake', version: '3.10.8', erlang: undefined },
    nodes,
    management: undefined,
    anywhere: administration('anywhere'),
    atNodes: nodes.map(administration),
    missing: [],
    close: async () => {},
  };
}
