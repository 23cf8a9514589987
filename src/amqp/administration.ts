import type { Channel, ChannelModel } from 'amqplib';
import { hostAndPort } from '../base/address.js';
import { BrokerError, messageOf } from '../base/errors.js';
import { openConnection } from './amqplib/connection.js';

/** What a broker says of itself when a connection opens. */
export interface BrokerIdentity {
  readonly product: string;
  readonly version: string;
  /** The platform it runs on: for RabbitMQ the Erlang release, such as `25.2.3`. */
  readonly erlang: string | undefined;
}

export interface QueueDeclaration {
  readonly name: string;
  readonly durable: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** Declares, inspects and removes exchanges and queues over one connection of its own. */
export class Administration {
  readonly #url: string;
  readonly #connection: ChannelModel;
  readonly #channel: Channel;

  private constructor(url: string, connection: ChannelModel, channel: Channel) {
    this.#url = url;
    this.#connection = connection;
    this.#channel = channel;
    // The failed call rejects with the broker's words; the event says the same once more.
    channel.on('error', () => {});
  }

  /** Connects; rejects with a BrokerError. */
  static async open(url: string): Promise<Administration> {
    const connection = await openConnection({ url, connectionName: 'rmqbench administration' });
    return new Administration(url, connection, await connection.createChannel());
  }

  get identity(): BrokerIdentity {
    const { product, version, platform } = this.#connection.connection.serverProperties;
    const erlang = /^Erlang\/OTP (.+)$/.exec(platform ?? '')?.[1];
    return { product: product ?? 'unknown', version: version ?? 'unknown', erlang };
  }

  declareExchange(name: string, durable: boolean): Promise<unknown> {
    return this.#tell(`declare exchange "${name}"`, () =>
      this.#channel.assertExchange(name, 'direct', { durable, autoDelete: false }),
    );
  }

  declareQueue(queue: QueueDeclaration): Promise<unknown> {
    return this.#tell(`declare queue "${queue.name}"`, () =>
      this.#channel.assertQueue(queue.name, {
        durable: queue.durable,
        arguments: { ...queue.arguments },
      }),
    );
  }

  bindQueue(queue: string, exchange: string, bindingKey: string): Promise<unknown> {
    return this.#tell(`bind queue "${queue}"`, () =>
      this.#channel.bindQueue(queue, exchange, bindingKey),
    );
  }

  /** Messages of the queue that no consumer has been sent yet. */
  async readyMessages(queue: string): Promise<number> {
    const { messageCount } = await this.#tell(`inspect queue "${queue}"`, () =>
      this.#channel.checkQueue(queue),
    );
    return messageCount;
  }

  /** Empties the queue and removes it; resolves to how many messages it still held. */
  async removeQueue(queue: string): Promise<number> {
    const { messageCount } = await this.#tell(`purge queue "${queue}"`, () =>
      this.#channel.purgeQueue(queue),
    );
    await this.#tell(`delete queue "${queue}"`, () => this.#channel.deleteQueue(queue));
    return messageCount;
  }

  removeExchange(name: string): Promise<unknown> {
    return this.#tell(`delete exchange "${name}"`, () => this.#channel.deleteExchange(name));
  }

  /** Never fails: a connection that is gone already is closed enough. */
  async close(): Promise<void> {
    await this.#connection.close().catch(() => {});
  }

  async #tell<T>(what: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      const where = hostAndPort(this.#url);
      throw new BrokerError(`cannot ${what} at ${where}: ${messageOf(thrown)}`, { cause: thrown });
    }
  }
}
