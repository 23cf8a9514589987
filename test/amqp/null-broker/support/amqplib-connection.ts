import {
  type Channel,
  type ChannelModel,
  type ConfirmChannel,
  type ConsumeMessage,
  connect,
  type Options,
} from 'amqplib';
import { onTestFinished } from 'vitest';
import { type NullBroker, startNullBroker } from '../../../../src/amqp/null-broker/null-broker.js';
import type { NullBrokerOptions } from '../../../../src/amqp/null-broker/options.js';

/** A broker that stops with the test; in `loop` mode when nothing is said. */
export async function brokerFor(options: Partial<NullBrokerOptions> = {}): Promise<NullBroker> {
  const broker = await startNullBroker({ mode: 'loop', ...options });
  onTestFinished(() => broker.stop());
  return broker;
}

/** A connection of amqplib that closes with the test. */
export async function connectionTo(broker: NullBroker, query = ''): Promise<ChannelModel> {
  const connection = await connect(`${broker.url}${query}`);
  connection.on('error', () => {});
  let isOpen = true;
  connection.on('close', () => {
    isOpen = false;
  });
  onTestFinished(async () => {
    if (isOpen) await connection.close();
  });
  return connection;
}

/** A channel with confirms on a connection of its own, and a queue of this name. */
export async function channelWith(broker: NullBroker, queue: string): Promise<ConfirmChannel> {
  const connection = await connectionTo(broker);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => {});
  await channel.assertQueue(queue);
  return channel;
}

/** Resolves to the error that the broker closes the channel with. */
export function closingErrorOf(channel: Channel): Promise<Error> {
  return new Promise((resolve) => channel.once('error', resolve));
}

/** What a consumer gets, in order, as it comes. */
export class Inbox {
  readonly messages: ConsumeMessage[] = [];
  cancelled = false;
  #whenChanged: () => void = () => {};

  /** Takes everything that comes, and acknowledges nothing. */
  static async of(channel: Channel, queue: string, options: Options.Consume = {}): Promise<Inbox> {
    const inbox = new Inbox();
    await channel.consume(queue, (message) => inbox.#take(message), options);
    return inbox;
  }

  get texts(): string[] {
    return this.messages.map(({ content }) => content.toString());
  }

  /** Resolves as soon as so many have come. */
  async holds(count: number): Promise<ConsumeMessage[]> {
    while (this.messages.length < count) await this.#change();
    return this.messages;
  }

  async isCancelled(): Promise<void> {
    while (!this.cancelled) await this.#change();
  }

  #take(message: ConsumeMessage | null): void {
    if (message) this.messages.push(message);
    else this.cancelled = true;
    this.#whenChanged();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenChanged = resolve;
    });
  }
}

/** Publishes the texts to a queue, and awaits their confirms. */
export async function send(channel: ConfirmChannel, queue: string, ...texts: string[]) {
  for (const text of texts) channel.sendToQueue(queue, Buffer.from(text));
  await channel.waitForConfirms();
}
