import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { hostAndPort } from '../../base/address.js';
import { BrokerError } from '../../base/errors.js';
import type { ConsumerEvents, ConsumerOptions, LoadConsumer } from '../load-client.js';
import { Closing } from './closing.js';
import { type Link, openLink } from './connection.js';

/** A consumer as a Node application with amqplib would be. */
export async function openConsumer(
  options: ConsumerOptions,
  events: ConsumerEvents,
): Promise<LoadConsumer> {
  const link = await openLink(options, async (connection) => {
    const channel = await connection.createChannel();
    await channel.prefetch(options.prefetch);
    return channel;
  });
  return new AmqplibConsumer(link, options, events);
}

class AmqplibConsumer implements LoadConsumer {
  readonly #channel: Channel;
  readonly #closing: Closing;
  readonly #options: ConsumerOptions;
  readonly #events: ConsumerEvents;
  #consumerTag = '';

  constructor(link: Link<Channel>, options: ConsumerOptions, events: ConsumerEvents) {
    this.#channel = link.channel;
    this.#options = options;
    this.#events = events;
    this.#closing = new Closing(link, options.url, events.onClosed);
  }

  async subscribe(mode: { readonly acknowledge: boolean }): Promise<void> {
    const deliver = (message: ConsumeMessage | null) => this.#deliver(message);
    const noAck = !mode.acknowledge;
    const subscribing = this.#channel.consume(this.#options.queue, deliver, { noAck });
    const { consumerTag } = await this.#closing.guard(subscribing);
    this.#consumerTag = consumerTag;
  }

  async cancel(): Promise<void> {
    await this.#closing.guard(this.#channel.cancel(this.#consumerTag));
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
    if (!this.#closing.isOpen) return;
    // amqplib reads nothing of the message but its delivery tag.
    this.#channel.ack({ fields: { deliveryTag } } as Message, multiple);
  }

  close(): Promise<void> {
    return this.#closing.close();
  }

  #deliver(message: ConsumeMessage | null): void {
    if (message === null) {
      const where = `queue "${this.#options.queue}" at ${hostAndPort(this.#options.url)}`;
      this.#events.onClosed(new BrokerError(`the broker cancelled the consumer of ${where}`));
      return;
    }
    const { content, fields } = message;
    const { deliveryTag, redelivered } = fields;
    this.#events.onDelivery(content, 0, content.length, deliveryTag, redelivered);
  }
}
