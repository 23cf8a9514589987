import type { Channel } from 'amqplib';
import { BrokerError, messageOf } from '../base/errors.js';
import {
  AdministrationLink,
  type BrokerIdentity,
  RefusedCall,
  UnansweredCall,
} from './administration-link.js';
import type { TlsOptions } from './load-client.js';

export type { BrokerIdentity } from './administration-link.js';

export interface QueueDeclaration {
  readonly name: string;
  readonly durable: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A queue as the broker sees it. `unreachable` is one that exists and has no node to live on: it
 * comes back with its node, and declaring it again is refused until then.
 */
export type QueueState =
  | { readonly kind: 'there'; readonly readyMessages: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreachable' };

const notFound = 404;

/**
 * Declares, inspects and removes exchanges and queues, one call after the other, and outlives its
 * connection: when that is lost, the next call opens another, to the next of its addresses that
 * answers. A call whose connection went in the middle is made once more, for all but a purge may be
 * repeated. Every call takes a limited time, and rejects with a BrokerError that names what could not
 * be done, and where.
 */
export class Administration {
  /** What the broker first connected to says of itself. */
  readonly identity: BrokerIdentity;
  readonly #place: Place;
  #link: AdministrationLink;
  /** Which of the addresses it goes to. */
  #index: number;
  #isClosed = false;
  /** Settles when the last call that was asked for has ended. */
  #lastCall: Promise<unknown> = Promise.resolve();

  private constructor(place: Place, { link, index }: OpenedLink) {
    this.#place = place;
    this.#link = link;
    this.#index = index;
    this.identity = link.identity;
  }

  /** Connects to the first address that answers; rejects with a BrokerError that names the first. */
  static open(...urls: readonly [string, ...string[]]): Promise<Administration> {
    return Administration.openAt({ urls, tls: undefined });
  }

  /** The same, where TLS connections are to be made in a certain way. */
  static async openAt(place: Place): Promise<Administration> {
    return new Administration(place, await openFirst(place, 0));
  }

  async declareExchange(name: string, durable: boolean): Promise<void> {
    await this.#tell(`declare exchange "${name}"`, (channel) =>
      channel.assertExchange(name, 'direct', { durable, autoDelete: false }),
    );
  }

  async hasExchange(name: string): Promise<boolean> {
    try {
      await this.#tell(`inspect exchange "${name}"`, (channel) => channel.checkExchange(name));
      return true;
    } catch (thrown) {
      if (isNotFound(thrown)) return false;
      throw thrown;
    }
  }

  async declareQueue({ name, durable, ...queue }: QueueDeclaration): Promise<void> {
    await this.#tell(`declare queue "${name}"`, (channel) =>
      channel.assertQueue(name, { durable, arguments: { ...queue.arguments } }),
    );
  }

  async bindQueue(queue: string, exchange: string, bindingKey: string): Promise<void> {
    await this.#tell(`bind queue "${queue}"`, (channel) =>
      channel.bindQueue(queue, exchange, bindingKey),
    );
  }

  /** Messages of the queue that no consumer has been sent yet. */
  async readyMessages(queue: string): Promise<number> {
    const { messageCount } = await this.#tell(`inspect queue "${queue}"`, (channel) =>
      channel.checkQueue(queue),
    );
    return messageCount;
  }

  async queueState(queue: string): Promise<QueueState> {
    try {
      return { kind: 'there', readyMessages: await this.readyMessages(queue) };
    } catch (thrown) {
      if (isNoQueue(thrown)) return { kind: 'absent' };
      if (isNotFound(thrown)) return { kind: 'unreachable' };
      throw thrown;
    }
  }

  /**
   * Empties the queue; resolves to how many messages it still held, which is none when it does not
   * exist. When the answer is lost so is the count: `undefined`, for a second purge would find the
   * queue empty and tell of no messages where there were some.
   */
  async purgeQueue(queue: string): Promise<number | undefined> {
    try {
      const answer = await this.#inTurn(() =>
        this.#attempt(`purge queue "${queue}"`, (channel) => channel.purgeQueue(queue)),
      );
      return answer.messageCount;
    } catch (thrown) {
      if (isNoQueue(thrown)) return 0;
      if (isUnanswered(thrown)) return undefined;
      throw thrown;
    }
  }

  /** A queue that does not exist is as good as removed. */
  async removeQueue(queue: string): Promise<void> {
    await this.#tell(`delete queue "${queue}"`, (channel) => channel.deleteQueue(queue));
  }

  /** An exchange that does not exist is as good as removed. */
  async removeExchange(name: string): Promise<void> {
    await this.#tell(`delete exchange "${name}"`, (channel) => channel.deleteExchange(name));
  }

  /** Never fails and never takes long; what is called after it is refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#link.close();
  }

  #tell<T>(what: string, call: (channel: Channel) => Promise<T>): Promise<T> {
    return this.#inTurn(async () => {
      try {
        return await this.#attempt(what, call);
      } catch (thrown) {
        if (!isUnanswered(thrown)) throw thrown;
        return await this.#attempt(what, call);
      }
    });
  }

  /** A refused call takes the channel with it, and with the channel every other call under way. */
  #inTurn<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#lastCall.then(call);
    this.#lastCall = result.catch(() => {});
    return result;
  }

  async #attempt<T>(what: string, call: (channel: Channel) => Promise<T>): Promise<T> {
    const link = await this.#openLink();
    try {
      return await link.call(call);
    } catch (thrown) {
      const message = `cannot ${what} at ${link.address}: ${messageOf(thrown)}`;
      throw new BrokerError(message, { cause: thrown });
    }
  }

  async #openLink(): Promise<AdministrationLink> {
    if (this.#isClosed) throw new BrokerError('the connection for administration is closed');
    if (this.#link.isOpen) return this.#link;
    const { link, index } = await openFirst(this.#place, this.#index + 1);
    this.#link = link;
    this.#index = index;
    // Nobody would close what opens after everything was closed.
    if (this.#isClosed) await link.close();
    return link;
  }
}

/** Where a cluster answers. */
interface Place {
  readonly urls: readonly [string, ...string[]];
  readonly tls: TlsOptions | undefined;
}

interface OpenedLink {
  readonly link: AdministrationLink;
  readonly index: number;
}

/** Tries the addresses in their order, from the one at `from` on; rejects with the first failure. */
async function openFirst({ urls, tls }: Place, from: number): Promise<OpenedLink> {
  const failures: unknown[] = [];
  for (let i = 0; i < urls.length; i++) {
    const index = (from + i) % urls.length;
    try {
      return { link: await AdministrationLink.open(urls[index] ?? '', tls), index };
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  throw failures[0];
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof BrokerError ? thrown.cause : undefined;
}

function isUnanswered(thrown: unknown): boolean {
  return causeOf(thrown) instanceof UnansweredCall;
}

function isNotFound(thrown: unknown): boolean {
  const cause = causeOf(thrown);
  return cause instanceof RefusedCall && cause.code === notFound;
}

/**
 * RabbitMQ answers 404 in two cases: "no queue 'q' in vhost '/'", and "home node 'rabbit@a' of durable
 * queue 'q' in vhost '/' is down or inaccessible" (or that its process was stopped, or crashed).
 */
function isNoQueue(thrown: unknown): boolean {
  return isNotFound(thrown) && /NOT_FOUND - no queue /.test(messageOf(causeOf(thrown)));
}
