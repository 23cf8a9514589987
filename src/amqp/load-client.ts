import type { BrokerError } from '../base/errors.js';

/**
 * What load needs of an AMQP client, and no more: publishers and consumers with a connection and a
 * channel of their own, driven by callbacks. Nothing here returns a promise or an object for a
 * message, so that a client that works on bytes can implement it without allocating.
 */
export interface LoadClient {
  /** Connects; rejects with a BrokerError that names the address. */
  openPublisher(options: PublisherOptions, events: PublisherEvents): Promise<LoadPublisher>;
  /** Connects, without subscribing yet; rejects with a BrokerError that names the address. */
  openConsumer(options: ConsumerOptions, events: ConsumerEvents): Promise<LoadConsumer>;
}

export interface ConnectionOptions {
  readonly url: string;
  /** Shown by RabbitMQ's own tools beside the connection. */
  readonly connectionName: string;
}

export interface PublisherOptions extends ConnectionOptions {
  readonly exchange: string;
  readonly routingKey: string;
  readonly payloadBytes: number;
  readonly persistent: boolean;
  /** Whether the channel is put into confirm mode. */
  readonly confirms: boolean;
}

export interface PublisherEvents {
  /**
   * The broker accepted, or refused, the message with this delivery tag (the n-th published on the
   * channel has tag n); with `multiple` also every earlier one it had not spoken of.
   */
  onConfirm(deliveryTag: number, multiple: boolean, accepted: boolean): void;
  /** The socket takes more, after `publish` had returned false. */
  onWritable(): void;
  /** The connection or channel is gone, unasked. Comes once. */
  onClosed(error: BrokerError): void;
}

export interface LoadPublisher {
  /** The next message's body lies in `buffer` at `bodyOffset`: fill it, then call `publish`. */
  readonly buffer: Buffer;
  readonly bodyOffset: number;
  /** Sends the body; false when no more should be sent before `onWritable`. */
  publish(): boolean;
  /** Resolves when the broker has dealt with everything that was published. */
  close(): Promise<void>;
}

export interface ConsumerOptions extends ConnectionOptions {
  readonly queue: string;
  /** Unacknowledged messages that the broker may have sent; 0 is no limit. */
  readonly prefetch: number;
}

export interface ConsumerEvents {
  /** The body is the `bodyBytes` of `bytes` from `bodyOffset`, valid only during the call. */
  onDelivery(
    bytes: Buffer,
    bodyOffset: number,
    bodyBytes: number,
    deliveryTag: number,
    redelivered: boolean,
  ): void;
  /** The connection, channel or subscription is gone, unasked. Comes once. */
  onClosed(error: BrokerError): void;
}

export interface LoadConsumer {
  /** Starts deliveries, to be acknowledged or not. */
  subscribe(mode: { readonly acknowledge: boolean }): Promise<void>;
  /** Ends deliveries; resolves after the last one that the queue had sent has been handed over. */
  cancel(): Promise<void>;
  /** Acknowledges one delivery; with `multiple` also every earlier one. */
  acknowledge(deliveryTag: number, multiple: boolean): void;
  close(): Promise<void>;
}
