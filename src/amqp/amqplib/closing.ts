import type { Channel } from 'amqplib';
import { type BrokerError, messageOf } from '../../base/errors.js';
import type { ConnectionEvents } from '../load-client.js';
import { lostConnection } from '../lost-connection.js';
import type { Link } from './connection.js';

/**
 * Watches a connection and its channel: tells of an end that nobody asked for, once, with the
 * broker's own words, and closes both in order when asked.
 */
export class Closing {
  readonly #link: Link<Channel>;
  readonly #url: string;
  readonly #onClosed: (error: BrokerError) => void;
  #state: 'open' | 'closing' | 'over' = 'open';
  #reason: string | undefined;
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
    // When the connection goes, amqplib says so of its channels first, and why of the connection.
    link.channel.on('close', () => queueMicrotask(() => this.#channelEnded()));
    link.connection.on('close', (error: unknown) => {
      if (error) this.#reason ??= messageOf(error);
      this.#end('the broker closed the connection');
    });
  }

  /**
   * Closes the channel, which the broker answers after all it was sent before, then the connection.
   * Rejects with a BrokerError when the connection is lost before that answer.
   */
  async close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    const lost = new Promise<never>((_, reject) => {
      this.#onLostWhileClosing = reject;
    });
    await Promise.race([this.#link.channel.close(), lost]);
    this.#state = 'over';
    const ended = new Promise((resolve) => this.#link.connection.once('close', resolve));
    // All that was sent has been dealt with: however the connection ends now is good enough.
    await Promise.race([this.#link.connection.close().catch(() => {}), ended]);
  }

  /** Settles as the call does, but rejects with a BrokerError that says why the link is gone. */
  async guard<T>(call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (thrown) {
      throw this.#lost(messageOf(thrown));
    }
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  #channelEnded(): void {
    if (this.#state === 'open') this.#end('the broker closed the channel');
  }

  #end(otherwise: string): void {
    if (this.#state === 'over') return;
    const tell = this.#state === 'closing' ? this.#onLostWhileClosing : this.#onClosed;
    this.#state = 'over';
    tell(this.#lost(otherwise));
  }

  #lost(otherwise: string): BrokerError {
    return lostConnection(this.#url, this.#reason ?? otherwise);
  }
}
