import { hostAndPort, userOf } from '../base/address.js';
import { BrokerError, messageOf } from '../base/errors.js';
import { type Answer, ask } from './http-request.js';
import type { TlsOptions } from './load-client.js';

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

/** The few calls of RabbitMQ's management API that a run needs, each with a limit in time. */
export class ManagementApi {
  readonly #url: string;
  readonly #authorization: string;
  readonly #vhost: string;
  readonly #tls: TlsOptions | undefined;

  /** `url` with credentials, http or https; `vhost` is the one that the load uses. */
  constructor(url: string, vhost: string, tls?: TlsOptions) {
    const { origin, pathname, username, password } = new URL(url);
    const user = decodeURIComponent(username) || 'guest';
    const secret = decodeURIComponent(password) || 'guest';
    this.#url = `${origin}${pathname.replace(/\/$/, '')}`;
    this.#authorization = `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
    this.#vhost = encodeURIComponent(vhost);
    this.#tls = tls;
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

  /** A policy that does not exist is as good as removed. */
  async removePolicy(name: string): Promise<void> {
    const path = `/api/policies/${this.#vhost}/${encodeURIComponent(name)}`;
    const { status, text } = await this.#send('DELETE', path);
    if (status !== 204 && status !== 404) throw this.#error('DELETE', path, `${status} ${text}`);
  }

  async queue(name: string): Promise<QueueFacts> {
    const path = `/api/queues/${this.#vhost}/${encodeURIComponent(name)}`;
    const queue = (await this.#ask('GET', path)) as {
      node?: string;
      synchronised_slave_nodes?: string[];
    };
    return { node: queue.node, mirrors: queue.synchronised_slave_nodes ?? [] };
  }

  /** The answer to a GET of this path below the API's address, such as `/api/nodes?columns=name`. */
  get(path: string): Promise<unknown> {
    return this.#ask('GET', path);
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const { status, text } = await this.#send(method, path, body);
    if (status < 200 || status > 299) throw this.#error(method, path, `${status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async #send(method: string, path: string, body?: object): Promise<Answer> {
    try {
      return await ask({
        method,
        url: `${this.#url}${path}`,
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
        tls: this.#tls,
      });
    } catch (thrown) {
      throw this.#error(method, path, messageOf(thrown), thrown);
    }
  }

  #error(method: string, path: string, reason: string, cause?: unknown): BrokerError {
    const where = `${method} ${path} at the management API ${hostAndPort(this.#url)}`;
    return new BrokerError(`${where}: ${reason.slice(0, 200)}`, { cause });
  }
}

/**
 * Where the management API of an AMQP address usually is: the same host and credentials, port 15672.
 * Behind amqps:// it is asked over TLS alone, at 15671: nobody wants those credentials to go in plain.
 */
export function usualManagementUrl(amqpUrl: string): string {
  const { protocol, hostname, password } = new URL(amqpUrl);
  const origin = protocol === 'amqps:' ? `https://${hostname}:15671` : `http://${hostname}:15672`;
  const url = new URL(origin);
  url.username = encodeURIComponent(userOf(amqpUrl));
  url.password = password || 'guest';
  return url.href;
}
