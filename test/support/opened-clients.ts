import { EventEmitter, once } from 'node:events';
import { onTestFinished } from 'vitest';
import type {
  ConsumerOptions,
  LoadClient,
  LoadConsumer,
  LoadPublisher,
  PublisherOptions,
} from '../../src/amqp/load-client.js';
import { wireClient } from '../../src/amqp/wire/client.js';
import type { BrokerError } from '../../src/base/errors.js';

/** One event that a client told, in few words. */
export type Told = readonly [name: string, ...details: (string | number | boolean)[]];

/** What a client told, in order, and means to wait for more of it. */
export class Tellings {
  readonly all: Told[] = [];
  readonly errors: BrokerError[] = [];
  readonly #emitter = new EventEmitter();

  tell(...told: Told): void {
    this.all.push(told);
    this.#emitter.emit('told');
  }

  /** All that were told under this name. */
  of(name: string): Told[] {
    return this.all.filter(([one]) => one === name);
  }

  /** Resolves when so many were told under this name. */
  async until(name: string, count = 1): Promise<Told[]> {
    while (this.of(name).length < count) await once(this.#emitter, 'told');
    return this.of(name);
  }

  common() {
    return {
      onBlocked: (reason: string) => this.tell('blocked', reason),
      onUnblocked: () => this.tell('unblocked'),
      onClosed: (error: BrokerError) => {
        this.errors.push(error);
        this.tell('closed', error.message);
      },
    };
  }
}

export type PublisherSettings = Partial<PublisherOptions>;

/** A publisher of 16 bytes with confirms, unless told otherwise. */
export async function openPublisher(
  url: string,
  settings: PublisherSettings = {},
  client: LoadClient = wireClient,
): Promise<{ readonly publisher: LoadPublisher; readonly told: Tellings }> {
  const told = new Tellings();
  const options: PublisherOptions = {
    url,
    connectionName: 'wire test',
    exchange: 'exchange',
    routingKey: 'key',
    payloadBytes: 16,
    bodyHead: Buffer.alloc(0),
    properties: {},
    mandatory: false,
    guarantee: 'confirm',
    ...settings,
  };
  const publisher = await client.openPublisher(options, {
    ...told.common(),
    onArrival: () => told.tell('arrival'),
    onConfirm: (tag, multiple, accepted) => told.tell('confirm', tag, multiple, accepted),
    onArrivalEnd: () => told.tell('arrival end'),
    onReturn: (bytes, offset, length) =>
      told.tell('return', bytes.toString('latin1', offset, offset + Math.min(length, 64)), length),
    onWritable: () => told.tell('writable'),
  });
  onTestFinished(() => void publisher.close().catch(() => {}));
  return { publisher, told };
}

/** A consumer; `onDelivery` is called, after the delivery was written down, during the client's call. */
export async function openConsumer(
  url: string,
  settings: Partial<ConsumerOptions> = {},
  client: LoadClient = wireClient,
  onDelivery: (deliveryTag: number) => void = () => {},
): Promise<{ readonly consumer: LoadConsumer; readonly told: Tellings }> {
  const told = new Tellings();
  const options = { url, connectionName: 'wire test', queue: 'queue', prefetch: 10, ...settings };
  const consumer = await client.openConsumer(options, {
    ...told.common(),
    onArrival: () => told.tell('arrival'),
    onDelivery: (bytes, offset, length, tag, redelivered) => {
      const head = bytes.toString('latin1', offset, offset + Math.min(length, 64));
      told.tell('delivery', tag, head, length, redelivered);
      onDelivery(tag);
    },
  });
  onTestFinished(() => void consumer.close().catch(() => {}));
  return { consumer, told };
}

/** Fills the next message's body and publishes it. */
export function publish(publisher: LoadPublisher, text: string): boolean {
  publisher.buffer.write(text, publisher.bodyOffset, 'latin1');
  return publisher.publish();
}
