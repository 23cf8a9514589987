import type { BenchCluster } from './bench-cluster.js';
import type { PeerLoad } from './peers/peer.js';

const namePrefix = 'rmqbench';
const requestLimitMillis = 30_000;

/** The exchange and the queues of one trial on the bench's own cluster. */
export class BenchQueues {
  readonly #cluster: BenchCluster;

  constructor(cluster: BenchCluster) {
    this.#cluster = cluster;
  }

  /** Declares what the load names, the queues in turn over the nodes, as rmqbench places its own. */
  async declare(load: PeerLoad): Promise<void> {
    const { exchange, durable } = load;
    await this.#ask('PUT', `exchanges/%2F/${exchange}`, { type: 'direct', durable });
    for (let i = 0; i < load.queueCount; i++) {
      const name = `${load.queuePrefix}${i + 1}`;
      const { name: node } = this.#cluster.nodes[i % this.#cluster.nodes.length] ?? {};
      const settings = { durable, arguments: { 'x-queue-type': 'classic' }, node };
      await this.#ask('PUT', `queues/%2F/${name}`, settings);
      await this.#ask('POST', `bindings/%2F/e/${exchange}/q/${name}`, { routing_key: name });
    }
  }

  /** Removes every queue and every exchange of a trial, whoever declared them. */
  async removeAll(): Promise<void> {
    for (const kind of ['queues', 'exchanges']) {
      const found = (await this.#ask('GET', `${kind}?columns=name`)) as { name: string }[];
      const ours = found.filter(({ name }) => name.startsWith(namePrefix));
      for (const { name } of ours) {
        await this.#ask('DELETE', `${kind}/%2F/${encodeURIComponent(name)}`);
      }
    }
  }

  /** The share of consumers that are connected to their queue's own node. */
  async localConsumerShare(): Promise<number> {
    const queues = (await this.#ask('GET', 'queues?columns=name,node')) as Placed[];
    const consumers = (await this.#ask('GET', 'consumers')) as Consuming[];
    const homes = new Map(queues.map(({ name, node }) => [name, node]));
    const local = consumers.filter(
      ({ queue, channel_details: { node } }) =>
        node !== undefined && homes.get(queue.name) === node,
    );
    return local.length / consumers.length;
  }

  /** The versions of RabbitMQ and of the Erlang under it. */
  async versions(): Promise<{ readonly rabbitmq: string; readonly erlang: string }> {
    const overview = (await this.#ask('GET', 'overview')) as Record<string, string>;
    return {
      rabbitmq: overview['rabbitmq_version'] ?? 'unknown',
      erlang: overview['erlang_version'] ?? 'unknown',
    };
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
    const answer = await fetch(`${this.#cluster.managementUrl}/api/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(requestLimitMillis),
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    // A queue that a tool has just removed itself is not there any more.
    if (!answer.ok && !(method === 'DELETE' && answer.status === 404)) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return text === '' ? undefined : JSON.parse(text);
  }
}

interface Placed {
  readonly name: string;
  readonly node: string;
}

interface Consuming {
  readonly queue: { readonly name: string };
  readonly channel_details: { readonly node?: string };
}
