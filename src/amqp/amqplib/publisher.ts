import type { Channel, Message, Options } from 'amqplib';
import { UsageError } from '../../base/errors.js';
import type { LoadPublisher, PublisherEvents, PublisherOptions } from '../load-client.js';
import { Closing } from './closing.js';
import { type Link, openLink } from './connection.js';

/** A publisher as a Node application with amqplib would be. */
export async function openPublisher(
  options: PublisherOptions,
  events: PublisherEvents,
): Promise<LoadPublisher> {
  if (options.guarantee === 'transaction') {
    throw new UsageError('amqplib has no transactions', { hint: 'Use `client: wire`.' });
  }
  const link = await openLink<Channel>(options, (connection) =>
    options.guarantee === 'confirm'
      ? connection.createConfirmChannel()
      : connection.createChannel(),
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
  /**
   * Whether messages may come back that no confirm follows. amqplib tells nothing more of a channel
   * that it closes, so that what is under way must come before, with the answer to another question.
   */
  readonly #mayReturn: boolean;
  #isWritable = true;

  constructor(link: Link<Channel>, options: PublisherOptions, events: PublisherEvents) {
    const { channel } = link;
    this.buffer = Buffer.alloc(options.payloadBytes);
    options.bodyHead.copy(this.buffer);
    this.#channel = channel;
    this.#exchange = options.exchange;
    this.#routingKey = options.routingKey;
    this.#properties = { ...options.properties, mandatory: options.mandatory };
    this.#mayReturn = options.mandatory && options.guarantee === 'none';
    this.#closing = new Closing(link, options.url, events);
    channel.on('drain', () => {
      this.#isWritable = true;
      events.onWritable();
    });
    // amqplib tells of one message after the other, and not which of them came together.
    const onConfirm = (fields: ConfirmFields, accepted: boolean) => {
      events.onArrival();
      events.onConfirm(fields.deliveryTag, fields.multiple, accepted);
      events.onArrivalEnd();
    };
    channel.on('ack', (fields: ConfirmFields) => onConfirm(fields, true));
    channel.on('nack', (fields: ConfirmFields) => onConfirm(fields, false));
    channel.on('return', ({ content }: Message) => events.onReturn?.(content, 0, content.length));
  }

  publish(): boolean {
    this.#closing.whileOpen(this.#publish);
    return this.#isWritable;
  }

  readonly #publish = (): void => {
    this.#isWritable = this.#channel.publish(
      this.#exchange,
      this.#routingKey,
      this.buffer,
      this.#properties,
    );
  };

  /** amqplib gives messages to the socket by itself. */
  flush(): boolean {
    return this.#isWritable;
  }

  async commit(): Promise<void> {
    throw new UsageError('amqplib has no transactions');
  }

  close(): Promise<void> {
    return this.#closing.close(this.#mayReturn ? () => this.#channel.prefetch(0) : undefined);
  }
}
