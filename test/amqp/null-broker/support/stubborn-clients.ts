import {
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  connect,
  type Options,
} from 'amqplib';
import type { StampedMessage, Trip } from '../../../../src/amqp/null-broker/lies/log.js';
import { MessageBag } from '../../../../src/amqp/null-broker/lies/message-bag.js';
import type { NullBroker } from '../../../../src/amqp/null-broker/null-broker.js';
import { messageIn, stampedBody } from './stamped-body.js';

export const queue = 'q';

/** Publishes until the broker has spoken of every message; what is in doubt it sends again. */
export class StubbornPublisher {
  readonly #broker: NullBroker;
  readonly #id: number;
  readonly confirmed = new MessageBag();
  readonly nacked = new MessageBag();
  readonly returned = new MessageBag();
  blocked = 0;
  unblocked = 0;

  constructor(broker: NullBroker, id: number) {
    this.#broker = broker;
    this.#id = id;
  }

  async publish(count: number, options: Options.Publish = {}): Promise<void> {
    let left = Array.from({ length: count }, (_, sequence) => this.#message(sequence));
    while (left.length > 0) {
      const connection = await namedConnection(this.#broker, `publisher ${this.#id}`);
      connection.on('blocked', () => this.blocked++);
      connection.on('unblocked', () => this.unblocked++);
      left = await this.#publishAll(await confirmChannelOf(connection), left, options);
      if (left.length === 0) await connection.close().catch(() => {});
    }
  }

  /** Resolves to the messages in doubt. */
  async #publishAll(
    channel: ConfirmChannel,
    messages: readonly StampedMessage[],
    options: Options.Publish,
  ): Promise<StampedMessage[]> {
    channel.on('return', ({ content }) => this.returned.add(messageIn(content)));
    const answers = messages.map((message) => this.#publishOne(channel, message, options));
    const isInDoubt = await Promise.all(answers);
    return messages.filter((_, i) => isInDoubt[i]);
  }

  #publishOne(
    channel: ConfirmChannel,
    message: StampedMessage,
    options: Options.Publish,
  ): Promise<boolean> {
    return new Promise((resolve) => {
      const onAnswer = (error: Error | null) => {
        if (!error) this.confirmed.add(message);
        else if (error.message === 'message nacked') this.nacked.add(message);
        resolve(error?.message === 'channel closed');
      };
      try {
        channel.publish('', queue, stampedBody(message), options, onAnswer);
      } catch {
        resolve(true);
      }
    });
  }

  #message(sequence: number): StampedMessage {
    return { publisher: this.#id, sequence };
  }
}

/** A delivery as its consumer saw it. */
export interface Seen extends StampedMessage {
  readonly trip: Trip;
}

/** Consumes until it is told to stop, and connects again as often as it must. */
export class StubbornConsumer {
  readonly #broker: NullBroker;
  readonly name: string;
  readonly #noAck: boolean;
  readonly seen: Seen[] = [];
  #isStopping = false;
  #stop: () => Promise<void> = async () => {};
  #hasStopped: Promise<void> = Promise.resolve();

  constructor(broker: NullBroker, name: string, options: { readonly noAck: boolean }) {
    this.#broker = broker;
    this.name = name;
    this.#noAck = options.noAck;
  }

  /** Resolves when deliveries have begun. */
  start(): Promise<void> {
    return new Promise((resolve) => {
      this.#hasStopped = this.#consumeOnAndOn(resolve);
    });
  }

  /** Resolves when everything that was sent has been seen. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#stop();
    await this.#hasStopped;
  }

  async #consumeOnAndOn(onStarted: () => void): Promise<void> {
    while (!this.#isStopping) {
      const connection = await namedConnection(this.#broker, this.name);
      const closed = new Promise<void>((resolve) => connection.once('close', () => resolve()));
      await this.#consume(connection).catch(() => {});
      onStarted();
      await closed;
    }
  }

  async #consume(connection: ChannelModel): Promise<void> {
    const channel = await confirmChannelOf(connection);
    await channel.prefetch(20);
    const onMessage = (message: ConsumeMessage | null) => this.#see(channel, message);
    const { consumerTag } = await channel.consume(queue, onMessage, { noAck: this.#noAck });
    this.#stop = async () => {
      await channel.cancel(consumerTag).catch(() => {});
      await connection.close().catch(() => {});
    };
    if (this.#isStopping) await this.#stop();
  }

  #see(channel: ConfirmChannel, message: ConsumeMessage | null): void {
    if (!message) return;
    const { content, fields, properties } = message;
    const isDead = properties.headers?.['x-death'] !== undefined;
    const trip = fields.redelivered ? 'redelivered' : isDead ? 'dead-lettered' : 'none';
    this.seen.push({ ...messageIn(content), trip });
    if (this.#noAck) return;
    try {
      channel.ack(message);
    } catch {
      // The channel has ended; the message comes again.
    }
  }
}

/** Resolves when no message waits in the queue. */
export async function isEmptied(broker: NullBroker): Promise<void> {
  const connection = await namedConnection(broker, 'watcher');
  const channel = await connection.createChannel();
  let messageCount = 1;
  while (messageCount > 0) ({ messageCount } = await channel.checkQueue(queue));
  await connection.close();
}

/** Declares the queue. */
export async function declareQueue(broker: NullBroker): Promise<void> {
  const connection = await namedConnection(broker, 'topology');
  const channel = await connection.createChannel();
  await channel.assertQueue(queue);
  await connection.close();
}

async function namedConnection(broker: NullBroker, name: string): Promise<ChannelModel> {
  const connection = await connect(broker.url, { clientProperties: { connection_name: name } });
  connection.on('error', () => {});
  return connection;
}

/** A connection whose channel has ended is of no use: it is closed, too. */
async function confirmChannelOf(connection: ChannelModel): Promise<ConfirmChannel> {
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {
    void connection.close().catch(() => {});
  });
  return channel;
}
