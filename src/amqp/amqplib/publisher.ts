import type { Channel, Options } from 'amqplib';
import type { LoadPublisher, PublisherEvents, PublisherOptions } from '../load-client.js';
import { Closing } from './closing.js';
import { type Link, openLink } from './connection.js';

/** A publisher as a Node application with amqplib would be. */
export async function openPublisher(
  options: PublisherOptions,
  events: PublisherEvents,
): Promise<LoadPublisher> {
  const link = await openLink<Channel>(options, (connection) =>
    options.confirms ? connection.createConfirmChannel() : connection.createChannel(),
  );
  return new AmqplibPublisher(link, options, events);
}

/** The fields of basic.ack and basic.nack, as amqplib's channel emits them. */
interface ConfirmFields {
  readonly deliveryTag: number;
  readonly multiple: boolean;
}

class AmqplibPublisher implements LoadPublisher {
  /** amqplib copies the body into its frame within `publish`, so one buffer serves all messages. */
  readonly buffer: Buffer;
  readonly bodyOffset = 0;
  readonly #channel: Channel;
  readonly #closing: Closing;
  readonly #exchange: string;
  readonly #routingKey: string;
  readonly #properties: Options.Publish;

  constructor(link: Link<Channel>, options: PublisherOptions, events: PublisherEvents) {
    const { channel } = link;
    this.buffer = Buffer.alloc(options.payloadBytes);
    this.#channel = channel;
    this.#exchange = options.exchange;
    this.#routingKey = options.routingKey;
    this.#properties = { persistent: options.persistent };
    this.#closing = new Closing(link, options.url, events.onClosed);
    channel.on('drain', () => events.onWritable());
    channel.on('ack', (f: ConfirmFields) => events.onConfirm(f.deliveryTag, f.multiple, true));
    channel.on('nack', (f: ConfirmFields) => events.onConfirm(f.deliveryTag, f.multiple, false));
  }

  publish(): boolean {
    return this.#channel.publish(this.#exchange, this.#routingKey, this.buffer, this.#properties);
  }

  close(): Promise<void> {
    return this.#closing.close();
  }
}
