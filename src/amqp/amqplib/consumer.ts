import type { Channel, ChannelModel, ConsumeMessage, Message } from 'amqplib';
import { hostAndPort } from '../../base/address.js';
import { BrokerError } from '../../base/errors.js';
import type { ConsumerEvents, ConsumerOptions, LoadConsumer } from '../load-client.js';
import { Closing } from './closing.js';
import { openConnection } from './connection.js';

/** A consumer as a Node application with amqplib would be. */
export async function openConsumer(
  options: ConsumerOptions,
  events: ConsumerEvents,
): Promise<LoadConsumer> {
  const connection = await openConnection(options);
  const channel = await connection.createChannel();
  await channel.prefetch(options.prefetch);
  return new AmqplibConsumer({ connection, channel, options }, events);
}

class AmqplibConsumer implements LoadConsumer {
  readonly #channel: Channel;
  readonly #closing: Closing;
  readonly #options: ConsumerOptions;
  readonly #events: ConsumerEvents;
  #consumerTag = '';

  constructor(
    parts: {
      readonly connection: ChannelModel;
      readonly channel: Channel;
      readonly options: ConsumerOptions;
    },
    events: ConsumerEvents,
  ) {
    this.#channel = parts.channel;
    this.#options = parts.options;
    this.#events = events;
    this.#closing = new Closing({ ...parts, url: parts.options.url }, events.onClosed);
  }

  async subscribe(mode: { readonly acknowledge: boolean }): Promise<void> {
    const deliver = (message: ConsumeMessage | null) => this.#deliver(message);
    const noAck = !mode.acknowledge;
    const { consumerTag } = await this.#channel.consume(this.#options.queue, deliver, { noAck });
    this.#consumerTag = consumerTag;
  }

  async cancel(): Promise<void> {
    await this.#channel.cancel(this.#consumerTag);
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
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
