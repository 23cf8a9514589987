import { isInTime, orLate } from '../../base/abort.js';
import { type BrokerError, messageOf } from '../../base/errors.js';
import { connectError } from '../connect-error.js';
import { type ConnectionOptions, closeLimitMillis, connectLimitMillis } from '../load-client.js';
import { lostConnection } from '../lost-connection.js';
import { unansweredClose } from '../unanswered-close.js';
import type { Channel, ChannelEvents } from './channel.js';
import { Connection } from './connection.js';

/** A channel's events, with the reason of its end as the user is told of it. */
export interface LinkEvents extends Omit<ChannelEvents, 'onClosed'> {
  onClosed(error: BrokerError): void;
}

/**
 * A connection with its one channel, which live and die together: when the broker closes the channel,
 * the connection is closed too, and whoever uses it is told why, once.
 */
export class Link {
  readonly connection: Connection;
  readonly channel: Channel;
  #isOver = false;
  #onClosed: (error: BrokerError) => void = () => {};

  /** Connects, opens the channel and prepares it; rejects with a BrokerError that names the address. */
  static async open(
    options: ConnectionOptions,
    prepare: (channel: Channel) => Promise<void>,
  ): Promise<Link> {
    const connection = await Connection.open(options);
    const opening = async () => {
      const channel = await connection.openChannel();
      await prepare(channel);
      return new Link(connection, channel);
    };
    try {
      return await orLate(opening(), connectLimitMillis, () => new Error('ETIMEDOUT'));
    } catch (thrown) {
      void connection.close();
      throw connectError(options.url, thrown);
    }
  }

  private constructor(connection: Connection, channel: Channel) {
    this.connection = connection;
    this.channel = channel;
  }

  listen(events: LinkEvents): void {
    this.#onClosed = events.onClosed;
    const onClosed = (reason: string) => this.end(lostConnection(this.connection.url, reason));
    this.channel.listen({ ...events, onClosed });
  }

  /** Closes both without being asked to; tells of this error, and of nothing after it. */
  end(error: BrokerError): void {
    this.#isOver = true;
    this.channel.listen({ onClosed: () => {} });
    void this.#closeBoth().catch(() => {});
    this.#onClosed(error);
  }

  /** Gives the channel's frames to the socket, or drops them when the channel is closed. */
  write(frames: Buffer, onWritten: () => void): boolean {
    return this.channel.isOpen ? this.connection.write(frames, onWritten) : dropped(onWritten);
  }

  /** The same for frames that answer what was read. */
  answer(frames: Buffer, onWritten: () => void): boolean {
    return this.channel.isOpen ? this.connection.answer(frames, onWritten) : dropped(onWritten);
  }

  /** Settles as the call does, but rejects with a BrokerError that says why the link is gone. */
  async guard<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (thrown) {
      throw lostConnection(this.connection.url, messageOf(thrown));
    }
  }

  /**
   * Closes the channel, which the broker answers after all it was sent before, then the connection.
   * Rejects with a BrokerError when either is lost before that answer, or it does not come in time.
   */
  async close(): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#closeBoth();
    } finally {
      this.#isOver = true;
    }
  }

  async #closeBoth(): Promise<void> {
    const closed = this.guard(this.channel.close());
    try {
      const isAnswered = await isInTime(closed, closeLimitMillis);
      if (!isAnswered) this.connection.end(unansweredClose);
      await closed;
    } finally {
      await this.connection.close();
    }
  }
}

function dropped(onWritten: () => void): boolean {
  onWritten();
  return true;
}
