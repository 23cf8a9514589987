import type { Channel, ConsumeMessage, Message } from 'amqplib';
import type {
  ConsumerEvents,
  ConsumerOptions,
  LoadConsumer,
  RejectOptions,
  SubscriptionMode,
} from '../load-client.js';
import { cancelledConsumer } from '../lost-connection.js';
import { deathHeader } from '../protocol/dead-letter.js';
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

  async subscribe(mode: SubscriptionMode): Promise<void> {
    if (mode.prefetch !== undefined) {
      await this.#closing.guard(this.#channel.prefetch(mode.prefetch));
    }
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
    this.#closing.whileOpen(() => this.#channel.ack(messageWith(deliveryTag), multiple));
  }

  reject(deliveryTag: number, { multiple, requeue }: RejectOptions): void {
    const message = messageWith(deliveryTag);
    this.#closing.whileOpen(() => this.#channel.nack(message, multiple, requeue));
  }

  close(): Promise<void> {
    return this.#closing.close();
  }

  #deliver(message: ConsumeMessage | null): void {
    if (message === null) {
      this.#closing.end(cancelledConsumer(this.#options.queue, this.#options.url));
      return;
    }
    const { content, fields, properties } = message;
    const redelivered = fields.redelivered || properties.headers?.[deathHeader] !== undefined;
    this.#events.onArrival();
    this.#events.onDelivery(content, 0, content.length, fields.deliveryTag, redelivered);
  }
}

/** amqplib reads nothing of a message that it acknowledges but its delivery tag. */
function messageWith(deliveryTag: number): Message {
  return { fields: { deliveryTag } } as Message;
}
