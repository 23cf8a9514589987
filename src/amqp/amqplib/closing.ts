import type { EventEmitter } from 'node:events';
import type { Channel, ChannelModel } from 'amqplib';
import { hostAndPort } from '../../base/address.js';
import { BrokerError, messageOf } from '../../base/errors.js';

/**
 * Watches a connection and its channel: tells of an end that nobody asked for, once, with the
 * broker's own words, and closes both in order when asked.
 */
export class Closing {
  readonly #connection: ChannelModel;
  readonly #channel: Channel;
  #expected = false;

  constructor(
    parts: { readonly connection: ChannelModel; readonly channel: Channel; readonly url: string },
    onClosed: (error: BrokerError) => void,
  ) {
    this.#connection = parts.connection;
    this.#channel = parts.channel;
    const tell = (reason: string) => {
      if (this.#expected) return;
      this.#expected = true;
      onClosed(new BrokerError(`lost the connection to ${hostAndPort(parts.url)}: ${reason}`));
    };
    const listen = (emitter: EventEmitter, otherwise: string) => {
      let reason = otherwise;
      emitter.on('error', (error: unknown) => {
        reason = messageOf(error);
      });
      emitter.on('close', (error: unknown) => tell(error ? messageOf(error) : reason));
    };
    listen(parts.channel, 'the broker closed the channel');
    listen(parts.connection, 'the broker closed the connection');
  }

  /** Closes the channel, which the broker answers after all it was sent before, then the rest. */
  async close(): Promise<void> {
    if (this.#expected) return;
    this.#expected = true;
    await this.#channel.close();
    await this.#connection.close();
  }
}
