import type { Channel, ChannelModel } from 'amqplib';
import { isInTime } from '../base/abort.js';
import { hostAndPort } from '../base/address.js';
import { BrokerError, messageOf } from '../base/errors.js';
import { openLink } from './amqplib/connection.js';

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

/** A broker that does not answer a close within this is not waited for. */
const closeLimitMillis = 2000;

/**
 * Declares, inspects and removes exchanges and queues over one connection of its own. Every call
 * rejects with a BrokerError that names what could not be done, and where.
 */
export class Administration {
  readonly #url: string;
  readonly #connection: ChannelModel;
  #channel: Channel | undefined;

  private constructor(url: string, connection: ChannelModel, channel: Channel) {
    this.#url = url;
    this.#connection = connection;
    this.#adopt(channel);
  }

  /** Connects; rejects with a BrokerError. */
  static async open(url: string): Promise<Administration> {
    const options = { url, connectionName: 'rmqbench administration' };
    const link = await openLink(options, (connection) => connection.createChannel());
    return new Administration(url, link.connection, link.channel);
  }

  get identity(): BrokerIdentity {
    const { product, version, platform } = this.#connection.connection.serverProperties;
    const erlang = /^Erlang\/OTP (.+)$/.exec(platform ?? '')?.[1];
    return { product: product ?? 'unknown', version: version ?? 'unknown', erlang };
  }

  async declareExchange(name: string, durable: boolean): Promise<void> {
    await this.#tell(`declare exchange "${name}"`, (channel) =>
      channel.assertExchange(name, 'direct', { durable, autoDelete: false }),
    );
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

  /** Empties the queue; resolves to how many messages it still held. */
  async purgeQueue(queue: string): Promise<number> {
    const { messageCount } = await this.#tell(`purge queue "${queue}"`, (channel) =>
      channel.purgeQueue(queue),
    );
    return messageCount;
  }

  /** A queue that does not exist is as good as removed. */
  async removeQueue(queue: string): Promise<void> {
    await this.#tell(`delete queue "${queue}"`, (channel) => channel.deleteQueue(queue));
  }

  /** An exchange that does not exist is as good as removed. */
  async removeExchange(name: string): Promise<void> {
    await this.#tell(`delete exchange "${name}"`, (channel) => channel.deleteExchange(name));
  }

  /** Never fails and never takes long: a connection that is gone already is closed enough. */
  async close(): Promise<void> {
    await isInTime(this.#connection.close(), closeLimitMillis).catch(() => {});
  }

  async #tell<T>(what: string, call: (channel: Channel) => Promise<T>): Promise<T> {
    try {
      return await call(this.#channel ?? this.#adopt(await this.#connection.createChannel()));
    } catch (thrown) {
      const where = hostAndPort(this.#url);
      throw new BrokerError(`cannot ${what} at ${where}: ${messageOf(thrown)}`, { cause: thrown });
    }
  }

  /** The broker answers a call that it refuses by closing the channel; the next one opens another. */
  #adopt(channel: Channel): Channel {
    this.#channel = channel;
    // The failed call rejects with the broker's words; the event says the same once more.
    channel.on('error', () => {});
    channel.once('close', () => {
      this.#channel = undefined;
    });
    return channel;
  }
}
