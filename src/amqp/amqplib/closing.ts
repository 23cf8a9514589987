import { type Channel, IllegalOperationError } from 'amqplib';
import { isInTime } from '../../base/abort.js';
import { type BrokerError, messageOf } from '../../base/errors.js';
import { type ConnectionEvents, closeLimitMillis } from '../load-client.js';
import { lostConnection } from '../lost-connection.js';
import { unansweredClose } from '../unanswered-close.js';
import type { Link } from './connection.js';
import { sayGoodbye } from './goodbye.js';

/**
 * Watches a connection and its channel, which live and die together: tells of an end that nobody asked
 * for, once, with the broker's own words, and closes both in order when asked.
 */
export class Closing {
  readonly #link: Link<Channel>;
  readonly #url: string;
  readonly #onClosed: (error: BrokerError) => void;
  #state: 'open' | 'closing' | 'over' = 'open';
  #isChannelOver = false;
  #isConnectionOver = false;
  #reason: string | undefined;
  #closed: Promise<void> = Promise.resolve();
  /** amqplib forgets whoever waits for an orderly close when the socket goes first. */
  #onLostWhileClosing: (error: BrokerError) => void = () => {};

  constructor(link: Link<Channel>, url: string, events: ConnectionEvents) {
    this.#link = link;
    this.#url = url;
    this.#onClosed = events.onClosed;
    link.connection.on('blocked', (reason: string) => events.onBlocked?.(reason));
    link.connection.on('unblocked', () => events.onUnblocked?.());
    for (const emitter of [link.channel, link.connection]) {
      emitter.on('error', (error: unknown) => {
        this.#reason ??= messageOf(error);
      });
    }
    link.channel.on('close', () => {
      this.#isChannelOver = true;
      // When the connection goes, amqplib says so of its channels first, and why of the connection.
      queueMicrotask(() => this.end(this.#lost('the broker closed the channel')));
    });
    link.connection.on('close', (error: unknown) => {
      this.#isConnectionOver = true;
      if (error) this.#reason ??= messageOf(error);
      const lost = this.#lost('the broker closed the connection');
      this.#onLostWhileClosing(lost);
      this.end(lost);
    });
  }

  /** Whether the channel may be used. */
  get isOpen(): boolean {
    return this.#state === 'open' && !this.#isChannelOver;
  }

  /** Closes both without being asked to, so that amqplib tells of nothing more; tells of this error. */
  end(error: BrokerError): void {
    if (this.#state !== 'open') return;
    this.#state = 'over';
    void this.#closeBoth().catch(() => {});
    this.#onClosed(error);
  }

  /**
   * Closes the channel, which the broker answers after all it was sent before, then the connection.
   * Rejects with a BrokerError when either is lost before that answer, or it does not come in time.
   * `first` is what has to be answered before.
   */
  close(first?: () => Promise<unknown>): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.#closed = this.#closeBoth(first).finally(() => {
        this.#state = 'over';
      });
    }
    return this.#state === 'closing' ? this.#closed : Promise.resolve();
  }

  /** Settles as the call does, but rejects with a BrokerError that says why the link is gone. */
  async guard<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (thrown) {
      throw this.#lost(messageOf(thrown));
    }
  }

  /**
   * Makes a call that the broker does not answer, unless the channel is closed. When amqplib closes it
   * for an error of the broker's, it tells of that only later, but refuses calls from then on.
   */
  whileOpen(call: () => void): void {
    if (!this.isOpen) return;
    try {
      call();
    } catch (thrown) {
      if (!(thrown instanceof IllegalOperationError)) throw thrown;
    }
  }

  async #closeBoth(first?: () => Promise<unknown>): Promise<void> {
    try {
      if (!this.#isChannelOver) await this.#closeChannel(first);
    } finally {
      if (!this.#isConnectionOver) await sayGoodbye(this.#link.connection, this.#link.abandon);
    }
  }

  async #closeChannel(first?: () => Promise<unknown>): Promise<void> {
    const lost = new Promise<never>((_, reject) => {
      this.#onLostWhileClosing = reject;
    });
    const close = () => this.#link.channel.close();
    const answered = first ? first().then(close) : close();
    const closed = Promise.race([this.guard(answered), lost]);
    if (!(await isInTime(closed, closeLimitMillis))) this.#link.abandon(unansweredClose);
    await closed;
  }

  #lost(otherwise: string): BrokerError {
    return lostConnection(this.#url, this.#reason ?? otherwise);
  }
}
