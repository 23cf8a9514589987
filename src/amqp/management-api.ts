import { hostAndPort, userOf, withoutCredentials } from '../base/address.js';
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

/** What a question says beside its path. */
interface QuestionDetails {
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
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

  async setPolicy({ name, pattern, definition, priority }: QueuePolicy): Promise<void> {
    await this.#ask('PUT', `/api/policies/${this.#vhost}/${encodeURIComponent(name)}`, {
      body: { pattern, definition, priority, 'apply-to': 'queues' },
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

  /**
   * The answer to a GET of this path below the API's address, such as `/api/nodes?columns=name`. Rejects
   * at once when the signal aborts.
   */
  get(path: string, signal?: AbortSignal): Promise<unknown> {
    return this.#ask('GET', path, { signal });
  }

  async #ask(method: string, path: string, details: QuestionDetails = {}): Promise<unknown> {
    const { status, text, location } = await this.#send(method, path, details);
    if (status >= 300 && status <= 399 && location !== undefined) {
      const address = this.#addressIn(location, path);
      throw this.#error(method, path, `${status}, moved: write ${address} as target.management`);
    }
    if (status < 200 || status > 299) throw this.#error(method, path, `${status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async #send(
    method: string,
    path: string,
    { body, signal }: QuestionDetails = {},
  ): Promise<Answer> {
    try {
      return await ask({
        method,
        url: `${this.#url}${path}`,
        headers: { authorization: this.#authorization, 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
        tls: this.#tls,
        signal,
      });
    } catch (thrown) {
      throw this.#error(method, path, messageOf(thrown), thrown);
    }
  }

  /** The API's address, as the place where this path has moved to shows it. */
  #addressIn(location: string, path: string): string {
    const moved = withoutCredentials(new URL(location, `${this.#url}${path}`).href);
    return moved.endsWith(path) ? moved.slice(0, -path.length) : moved;
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
