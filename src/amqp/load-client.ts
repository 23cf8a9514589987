import type { BrokerError } from '../base/errors.js';
import type { MessageProperties } from './protocol/message-properties.js';

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
  /**
   * `amqp://` or `amqps://`, with credentials. `?heartbeat=` sets the seconds between heartbeats
   * (0 is none), `?auth_mechanism=external` lets the client's certificate stand for the user.
   */
  readonly url: string;
  /** Shown by RabbitMQ's own tools beside the connection. */
  readonly connectionName: string;
  /** For `amqps://`; without it, the server's certificate is held against Node's own authorities. */
  readonly tls?: TlsOptions | undefined;
}

/** How TLS connections are made; certificates and keys are PEM. */
export interface TlsOptions {
  /** Who vouches for the server's certificate. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the certificate must be for, when it is not the URL's host. */
  readonly servername?: string;
  /** Only `false` takes any certificate of the server; it then proves nothing. */
  readonly rejectUnauthorized?: boolean;
}

/** The longest that connecting, up to the broker's last word of welcome, may take. */
export const connectLimitMillis = 15_000;

/**
 * The longest that the broker may take to close a channel: it does so after it has dealt with all that
 * was published, of which megabytes may wait in sockets. While an alarm keeps it from reading what is
 * published, it never does.
 */
export const closeLimitMillis = 30_000;

/** The longest that it may take after that to say goodbye. */
export const goodbyeLimitMillis = 5_000;

/** What the broker promises a publisher: nothing, a confirm for each message, or a commit. */
export type Guarantee = 'none' | 'confirm' | 'transaction';

export interface PublisherOptions extends ConnectionOptions {
  readonly exchange: string;
  readonly routingKey: string;
  readonly payloadBytes: number;
  /** The first bytes of every body; the others are zero, and all may be overwritten. */
  readonly bodyHead: Buffer;
  readonly properties: MessageProperties;
  /** Whether the broker shall return what it can route to no queue. */
  readonly mandatory: boolean;
  readonly guarantee: Guarantee;
}

/** Told by both kinds of clients. */
export interface ConnectionEvents {
  /**
   * The broker stopped reading from publishing connections, and why: an alarm, mostly. It need not
   * tell consumers, nor a publisher that has published nothing yet.
   */
  onBlocked?(reason: string): void;
  onUnblocked?(): void;
  /**
   * The connection, channel or consumer is gone, unasked. Comes once, after all that had arrived
   * before, and nothing is told after it. What is published, acknowledged or rejected from then on
   * is dropped; what is waited for rejects with a BrokerError, but `close` resolves at once.
   */
  onClosed(error: BrokerError): void;
}

export interface PublisherEvents extends ConnectionEvents {
  /** Something has come from the broker; the confirms that it holds follow. */
  onArrival(): void;
  /**
   * The broker accepted, or refused, the message with this delivery tag (the n-th published on the
   * channel has tag n); with `multiple` also every earlier one it had not spoken of.
   */
  onConfirm(deliveryTag: number, multiple: boolean, accepted: boolean): void;
  /** The broker has taken all of the transaction that `commit` ended. */
  onCommitted?(): void;
  /** What had come has been told; follows every `onArrival`, unless the end comes with it. */
  onArrivalEnd(): void;
  /**
   * The broker could route a mandatory message to no queue, and gives it back before it confirms it;
   * the body as with `onDelivery`.
   */
  onReturn?(bytes: Buffer, bodyOffset: number, bodyBytes: number): void;
  /** The socket takes more, after `publish` or `flush` had returned false. */
  onWritable(): void;
}

export interface LoadPublisher {
  /** The next message's body lies in `buffer` at `bodyOffset`: fill it, then call `publish`. */
  readonly buffer: Buffer;
  readonly bodyOffset: number;
  /** Sends the body, with `flush` at the latest; false when no more shall come before `onWritable`. */
  publish(): boolean;
  /** Gives to the socket what was published; false when no more shall come before `onWritable`. */
  flush(): boolean;
  /**
   * Ends the transaction and begins another; resolves after `onCommitted` was told, which is told in its
   * place among all that comes: a promise that resolves late may find the connection lost.
   */
  commit(): Promise<void>;
  /**
   * Resolves when the broker has dealt with everything that was published. Rejects with a BrokerError
   * when the connection is lost before, or the broker does not answer within `closeLimitMillis`.
   */
  close(): Promise<void>;
}

export interface ConsumerOptions extends ConnectionOptions {
  readonly queue: string;
  /** Unacknowledged messages that the broker may have sent; 0 is no limit. */
  readonly prefetch: number;
}

/** Of a body, deliveries show at least so many first bytes, or all if it is shorter. */
export const bodyHeadBytes = 64;

export interface ConsumerEvents extends ConnectionEvents {
  /** Something has come from the broker; the deliveries that it holds follow. */
  onArrival(): void;
  /**
   * A body of `bodyBytes`. Its first `bodyHeadBytes`, or all of it, lie in `bytes` from `bodyOffset`
   * and are valid only during the call. `redelivered` is a message that may have been delivered
   * before: the broker flags it so, or it was dead-lettered and comes back without that flag, but
   * with an `x-death` header.
   */
  onDelivery(
    bytes: Buffer,
    bodyOffset: number,
    bodyBytes: number,
    deliveryTag: number,
    redelivered: boolean,
  ): void;
}

export interface LoadConsumer {
  /** Starts deliveries. */
  subscribe(mode: SubscriptionMode): Promise<void>;
  /** Ends deliveries; resolves after the last one that the queue had sent has been handed over. */
  cancel(): Promise<void>;
  /** Acknowledges one delivery; with `multiple` also every earlier one. */
  acknowledge(deliveryTag: number, multiple: boolean): void;
  /** Gives deliveries back, to be queued again or dropped; `multiple` as with `acknowledge`. */
  reject(deliveryTag: number, options: RejectOptions): void;
  /** Rejects as a publisher's does. */
  close(): Promise<void>;
}

export interface SubscriptionMode {
  /** Whether deliveries will be acknowledged. */
  readonly acknowledge: boolean;
  /** From now on instead of the consumer's own. */
  readonly prefetch?: number;
}

export interface RejectOptions {
  readonly multiple: boolean;
  readonly requeue: boolean;
}
