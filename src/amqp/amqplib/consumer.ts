import type { Channel, ConsumeMessage, Message } from 'amqplib';
import type {
  ConsumerEvents,
  ConsumerOptions,
  LoadConsumer,
  RejectOptions,
} from '../load-client.js';
import { cancelledConsumer } from '../lost-connection.js';
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
    this.#closing = new Closing(link, options.url, events);
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
    if (this.#closing.isOpen) this.#channel.ack(messageWith(deliveryTag), multiple);
  }

  reject(deliveryTag: number, { multiple, requeue }: RejectOptions): void {
    if (this.#closing.isOpen) this.#channel.nack(messageWith(deliveryTag), multiple, requeue);
  }

  close(): Promise<void> {
    return this.#closing.close();
  }

  #deliver(message: ConsumeMessage | null): void {
    if (message === null) {
      if (!this.#closing.isOpen) return;
      // Nobody is told of another end after this one.
      void this.#closing.close().catch(() => {});
      this.#events.onClosed(cancelledConsumer(this.#options.queue, this.#options.url));
      return;
    }
    const { content, fields } = message;
    const { deliveryTag, redelivered } = fields;
    this.#events.onArrival();
    this.#events.onDelivery(content, 0, content.length, deliveryTag, redelivered);
  }
}

/** amqplib reads nothing of a message that it acknowledges but its delivery tag. */
function messageWith(deliveryTag: number): Message {
  return { fields: { deliveryTag } } as Message;
}
