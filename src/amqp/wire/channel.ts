import { uint64At } from '../../base/big-endian.js';
import type { ConsumerEvents, PublisherEvents } from '../load-client.js';
import { Arguments } from '../protocol/arguments.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { type MethodName, methods } from '../protocol/methods.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import { readClosing } from './closing.js';
import { Content } from './content.js';
import { Replies } from './replies.js';

/** Who is told of what comes on a channel: all that load is told, and what is for the client alone. */
export interface ChannelEvents extends Partial<Omit<PublisherEvents & ConsumerEvents, 'onClosed'>> {
  /** The broker cancelled the consumer. */
  onCancelled?(): void;
  /** The channel is gone, alone or with its connection, though nobody asked; told once. */
  onClosed(reason: string): void;
}

/** A connection as its channels see it. */
export interface ChannelConnection {
  /** Gives whole frames to the socket. */
  write(frames: Buffer): void;
  /** The same for frames that answer what was read. */
  answer(frames: Buffer): void;
  /** Tells that the channel is closed. */
  forget(channel: Channel): void;
}

/** One channel of a connection: calls that the broker answers, and what it sends by itself. */
export class Channel {
  readonly number: number;
  readonly #connection: ChannelConnection;
  readonly #replies = new Replies();
  readonly #content = new Content();
  #state: 'open' | 'closing' | 'over' = 'open';
  #events: ChannelEvents = { onClosed: () => {} };
  #isArriving = false;
  #closedBecause = 'it was closed';
  #closing: Promise<void> | undefined;
  #deliveryTag = 0;
  #isRedelivered = false;

  constructor(number: number, connection: ChannelConnection) {
    this.number = number;
    this.#connection = connection;
  }

  /** Whether it may still be used; what the broker had sent may come a little longer. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get events(): ChannelEvents {
    return this.#events;
  }

  /** From now on tells these; also of an end that has come already. */
  listen(events: ChannelEvents): void {
    this.#events = events;
    if (this.#state === 'over') queueMicrotask(() => events.onClosed(this.#closedBecause));
  }

  open(): Promise<void> {
    return this.#call(this.#method('channel.open').shortString(''), 'channel.open-ok');
  }

  selectConfirms(): Promise<void> {
    return this.#call(this.#method('confirm.select').bits(false), 'confirm.select-ok');
  }

  selectTransactions(): Promise<void> {
    return this.#call(this.#method('tx.select'), 'tx.select-ok');
  }

  commit(): Promise<void> {
    return this.#call(this.#method('tx.commit'), 'tx.commit-ok', () =>
      this.#events.onCommitted?.(),
    );
  }

  /** Unacknowledged messages that each consumer may have; 0 is no limit. */
  prefetch(count: number): Promise<void> {
    return this.#call(
      this.#method('basic.qos').uint32(0).uint16(count).bits(false),
      'basic.qos-ok',
    );
  }

  consume(
    queue: string,
    options: { readonly consumerTag: string; readonly acknowledge: boolean },
  ): Promise<void> {
    const consume = this.#method('basic.consume')
      .uint16(0)
      .shortString(queue)
      .shortString(options.consumerTag)
      .bits(false, !options.acknowledge, false, false)
      .table({});
    return this.#call(consume, 'basic.consume-ok');
  }

  /** Resolves after the last delivery. */
  cancel(consumerTag: string): Promise<void> {
    return this.#call(
      this.#method('basic.cancel').shortString(consumerTag).bits(false),
      'basic.cancel-ok',
    );
  }

  /**
   * Resolves when the broker has dealt with all it was sent before; rejects with the reason when the
   * broker closes the channel, or the connection is lost, before that.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    const close = this.#method('channel.close').uint16(200).shortString('').uint32(0);
    await this.#ask(close, 'channel.close-ok');
    this.#state = 'over';
    this.#connection.forget(this);
  }

  // From the connection

  onArrival(): void {
    this.#isArriving = true;
    this.#events.onArrival?.();
  }

  onArrivalEnd(): void {
    if (!this.#isArriving) return;
    this.#isArriving = false;
    this.#events.onArrivalEnd?.();
  }

  /** A method frame's arguments lie in `bytes` from `start` to `end`. */
  onMethod(method: number, bytes: Buffer, start: number, end: number): void {
    if (method === methods['basic.deliver']) {
      this.#onDeliver(bytes, start, end);
      return;
    }
    this.#content.refuse();
    switch (method) {
      case methods['basic.ack']:
      case methods['basic.nack']:
        if (end - start < 9) throw new ProtocolError('a confirm that is too short');
        this.#events.onConfirm?.(
          uint64At(bytes, start),
          ((bytes[start + 8] ?? 0) & 1) === 1,
          method === methods['basic.ack'],
        );
        return;
      case methods['basic.return']:
        this.#content.begin(this.#onReturned);
        return;
      case methods['basic.cancel']:
        if (this.isOpen) this.#events.onCancelled?.();
        return;
      case methods['channel.flow']:
        this.#connection.write(
          this.#method('channel.flow-ok')
            .bits(bytes[start] === 1)
            .bytes(),
        );
        return;
      case methods['channel.close']: {
        const reason = readClosing(new Arguments(bytes, start, end));
        this.#connection.answer(this.#method('channel.close-ok').bytes());
        this.#connection.forget(this);
        this.#end(reason);
        return;
      }
      default:
        this.#replies.answer(method, bytes, start, end);
    }
  }

  onHeader(bytes: Buffer, start: number, end: number): void {
    this.#content.onHeader(bytes, start, end);
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    this.#content.onBody(bytes, start, end);
  }

  onConnectionEnd(reason: string): void {
    this.#end(reason);
  }

  /** Consumer tag, delivery tag, redelivered; exchange and routing key are of no interest. */
  #onDeliver(bytes: Buffer, start: number, end: number): void {
    const at = start + 1 + (bytes[start] ?? 0);
    if (at + 9 > end) throw new ProtocolError('a delivery that is too short');
    this.#deliveryTag = uint64At(bytes, at);
    this.#isRedelivered = ((bytes[at + 8] ?? 0) & 1) === 1;
    this.#content.begin(this.#onDelivered);
  }

  readonly #onDelivered = (bytes: Buffer, offset: number, bodyBytes: number): void => {
    const redelivered = this.#isRedelivered || this.#content.wasDeadLettered;
    this.#events.onDelivery?.(bytes, offset, bodyBytes, this.#deliveryTag, redelivered);
  };

  readonly #onReturned = (bytes: Buffer, offset: number, bodyBytes: number): void => {
    this.#events.onReturn?.(bytes, offset, bodyBytes);
  };

  #method(name: MethodName): MethodFrame {
    return new MethodFrame(this.number, name);
  }

  /** `onReply` is called as soon as the reply is read, before anything that came after it. */
  #call(method: MethodFrame, reply: MethodName, onReply = () => {}): Promise<void> {
    if (!this.isOpen) return Promise.reject(new Error(this.#closedBecause));
    return this.#ask(method, reply, onReply);
  }

  #ask(method: MethodFrame, reply: MethodName, onReply = () => {}): Promise<void> {
    this.#connection.write(method.bytes());
    return this.#replies.next(reply, onReply);
  }

  #end(reason: string): void {
    if (this.#state === 'over') return;
    const wasOpen = this.#state === 'open';
    this.#state = 'over';
    this.#closedBecause = reason;
    this.#replies.fail(new Error(reason));
    if (wasOpen) this.#events.onClosed(reason);
  }
}
