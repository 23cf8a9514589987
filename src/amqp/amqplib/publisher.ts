import type { Channel, ChannelModel, Options } from 'amqplib';
import type { LoadPublisher, PublisherEvents, PublisherOptions } from '../load-client.js';
import { Closing } from './closing.js';
import { openConnection } from './connection.js';

/** A publisher as a Node application with amqplib would be. */
export async function openPublisher(
  options: PublisherOptions,
  events: PublisherEvents,
): Promise<LoadPublisher> {
  const connection = await openConnection(options);
  const channel = options.confirms
    ? await connection.createConfirmChannel()
    : await connection.createChannel();
  return new AmqplibPublisher({ connection, channel, options }, events);
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

  constructor(
    parts: {
      readonly connection: ChannelModel;
      readonly channel: Channel;
      readonly options: PublisherOptions;
    },
    events: PublisherEvents,
  ) {
    const { connection, channel, options } = parts;
    this.buffer = Buffer.alloc(options.payloadBytes);
    this.#channel = channel;
    this.#exchange = options.exchange;
    this.#routingKey = options.routingKey;
    this.#properties = { persistent: options.persistent };
    this.#closing = new Closing({ connection, channel, url: options.url }, events.onClosed);
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
