import { hostAndPort, userOf } from '../base/address.js';
import { BrokerError, messageOf } from '../base/errors.js';

/** A policy on queues, as RabbitMQ's management API takes it. */
export interface QueuePolicy {
  readonly name: string;
  /** A regular expression that queue names are matched against. */
  readonly pattern: string;
  readonly definition: Readonly<Record<string, string | number>>;
  readonly priority: number;
}

/** Where a queue lives, and the nodes that hold a complete copy of it beside that one. */
export interface QueueFacts {
  readonly node: string | undefined;
  readonly mirrors: readonly string[];
}

const requestLimitMillis = 10_000;

/** The few calls of RabbitMQ's management API that a run needs, each with a limit in time. */
export class ManagementApi {
  readonly #url: string;
  readonly #authorization: string;
  readonly #vhost: string;

  /** `url` with credentials, http or https; `vhost` is the one that the load uses. */
  constructor(url: string, vhost: string) {
    const { origin, pathname, username, password } = new URL(url);
    const user = decodeURIComponent(username) || 'guest';
    const secret = decodeURIComponent(password) || 'guest';
    this.#url = `${origin}${pathname.replace(/\/$/, '')}`;
    this.#authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    this.#vhost = encodeURIComponent(vhost);
  }

  /** Names of the nodes that run. */
  async runningNodes(): Promise<string[]> {
    const nodes = (await this.#ask('GET', '/api/nodes')) as { name: string; running: boolean }[];
    return nodes.filter(({ running }) => running).map(({ name }) => name);
  }

  async setPolicy({ name, ...policy }: QueuePolicy): Promise<void> {
    await this.#ask('PUT', `/api/policies/${this.#vhost}/${encodeURIComponent(name)}`, {
      pattern: policy.pattern,
      definition: policy.definition,
      priority: policy.priority,
      'apply-to': 'queues',
    });
  }

  async removePolicy(name: string): Promise<void> {
    await this.#ask('DELETE', `/api/policies/${this.#vhost}/${encodeURIComponent(name)}`);
  }

  async queue(name: string): Promise<QueueFacts> {
    const path = `/api/queues/${this.#vhost}/${encodeURIComponent(name)}`;
    const queue = (await this.#ask('GET', path)) as {
      node?: string;
      synchronised_slave_nodes?: string[];
    };
    return { node: queue.node, mirrors: queue.synchronised_slave_nodes ?? [] };
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const what = `${method} ${path} at the management API ${hostAndPort(this.#url)}`;
    let response: Response;
    try {
      response = await fetch(`${this.#url}${path}`, {
        method,
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(requestLimitMillis),
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch (thrown) {
      const { cause } = thrown as { cause?: unknown };
      throw new BrokerError(`${what}: ${messageOf(cause ?? thrown)}`, { cause: thrown });
    }
    const text = await response.text();
    if (!response.ok) throw new BrokerError(`${what}: ${response.status} ${text.slice(0, 200)}`);
    return text === '' ? undefined : JSON.parse(text);
  }
}

/**
 * Where the management API of an AMQP address usually is: the same host and credentials, port 15672.
 */
export function usualManagementUrl(amqpUrl: string): string {
  const { hostname, password } = new URL(amqpUrl);
  const url = new URL(`http://${hostname}:15672`);
  url.username = encodeURIComponent(userOf(amqpUrl));
  url.password = password || 'guest';
  return url.href;
}

/** The virtual host that an AMQP address names; `/` when it names none. */
export function vhostOf(amqpUrl: string): string {
  return decodeURIComponent(new URL(amqpUrl).pathname.slice(1)) || '/';
}
