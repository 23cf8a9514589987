import type { Channel, ChannelModel } from 'amqplib';
import { isInTime, orLate } from '../base/abort.js';
import { hostAndPort } from '../base/address.js';
import { messageOf } from '../base/errors.js';
import { formatMicros } from '../base/units.js';
import { openLink } from './amqplib/connection.js';
import type { TlsOptions } from './load-client.js';

/** What a broker says of itself when a connection opens. */
export interface BrokerIdentity {
  readonly product: string;
  readonly version: string;
  /** The platform it runs on: for RabbitMQ the Erlang release, such as `25.2.3`. */
  readonly erlang: string | undefined;
}

/** The longest that the broker may take to answer a call; a queue may not respond for seconds. */
const answerLimitMillis = 10_000;
/** A broker that does not answer a close within this is not waited for. */
const closeLimitMillis = 2000;

/** The broker answered a call, and the answer is no. */
export class RefusedCall extends Error {
  override readonly name = 'RefusedCall';
  /** The reply code of the specification, §1.1: 404 is "not found". */
  readonly code: number;

  constructor(code: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.code = code;
  }
}

/** A call was sent and its answer never came: what became of it is not known. */
export class UnansweredCall extends Error {
  override readonly name = 'UnansweredCall';
}

/** One connection for administration, and the channel that calls go through one after the other. */
export class AdministrationLink {
  readonly address: string;
  readonly #connection: ChannelModel;
  #channel: Channel | undefined;
  #isOpen = true;
  /** Why the connection ended, in the broker's words or the socket's. */
  #reason: string | undefined;

  private constructor(url: string, connection: ChannelModel, channel: Channel) {
    this.address = hostAndPort(url);
    this.#connection = connection;
    this.#adopt(channel);
    const note = (error: unknown) => {
      if (error) this.#reason ??= messageOf(error);
    };
    connection.on('error', note);
    connection.once('close', (error: unknown) => {
      note(error);
      this.#isOpen = false;
    });
  }

  /** Connects; rejects with a BrokerError. */
  static async open(url: string, tls: TlsOptions | undefined): Promise<AdministrationLink> {
    const options = { url, tls, connectionName: 'rmqbench administration' };
    const { connection, channel } = await openLink(options, (opened) => opened.createChannel());
    return new AdministrationLink(url, connection, channel);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get identity(): BrokerIdentity {
    const { product, version, platform } = this.#connection.connection.serverProperties;
    const erlang = /^Erlang\/OTP (.+)$/.exec(platform ?? '')?.[1];
    return { product: product ?? 'unknown', version: version ?? 'unknown', erlang };
  }

  /**
   * Rejects with a RefusedCall, or with an UnansweredCall: then the link is of no use any more, for a
   * late answer would be taken for that of the next call.
   */
  async call<T>(call: (channel: Channel) => Promise<T>): Promise<T> {
    const limit = formatMicros(answerLimitMillis * 1000);
    const late = () => new Error(`no answer within ${limit}`);
    try {
      return await orLate(this.#callOn(call), answerLimitMillis, late);
    } catch (thrown) {
      const { code } = thrown as { code?: unknown };
      if (typeof code === 'number') throw new RefusedCall(code, thrown);
      void this.close();
      const reason = this.#reason ?? messageOf(thrown);
      throw new UnansweredCall(`the connection was lost: ${reason}`, { cause: thrown });
    }
  }

  /** Never fails and never takes long: a connection that is gone already is closed enough. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      await isInTime(this.#connection.close(), closeLimitMillis);
    } catch {
      // It was gone already.
    }
  }

  async #callOn<T>(call: (channel: Channel) => Promise<T>): Promise<T> {
    return await call(this.#channel ?? this.#adopt(await this.#connection.createChannel()));
  }

  /** The broker refuses a call by closing the channel; the next one opens another. */
  #adopt(channel: Channel): Channel {
    this.#channel = channel;
    // The refused call rejects with the broker's words; the event says the same once more.
    channel.on('error', () => {});
    channel.once('close', () => {
      this.#channel = undefined;
    });
    return channel;
  }
}
