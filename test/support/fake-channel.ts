import type {
  ConsumerEvents,
  ConsumerOptions,
  LoadClient,
  LoadConsumer,
  LoadPublisher,
  PublisherEvents,
  PublisherOptions,
  RejectOptions,
  SubscriptionMode,
} from '../../src/amqp/load-client.js';
import { BrokerError } from '../../src/base/errors.js';
import {
  readLagMicros,
  readPublisher,
  readSentMicros,
  readSequence,
  stampBytes,
  stampOf,
  writeMessage,
} from '../../src/measure/stamp.js';

/** The stamp of one message; both times count from the begin instant. */
export interface Stamp {
  readonly publisher: number;
  readonly sequence: number;
  readonly sentMicros: number;
  readonly lagMicros: number;
}

/** Bodies begin somewhere inside the buffer, as they do behind the frames of a real client. */
const bodyOffset = 5;

/** Calls to the broker: answered at once, or, while they are held, when the test says so. */
class Calls {
  isHeld: boolean;
  readonly #waiting: { resolve(): void; reject(error: Error): void }[] = [];

  constructor(isHeld: boolean) {
    this.isHeld = isHeld;
  }

  call(): Promise<void> {
    if (!this.isHeld) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  answer(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve();
  }

  fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** A publishing channel whose broker is the test. */
export class FakePublisherChannel implements LoadPublisher {
  readonly buffer: Buffer;
  readonly bodyOffset = bodyOffset;
  readonly options: PublisherOptions;
  readonly events: PublisherEvents;
  readonly sent: Stamp[] = [];
  /** How many of them were given to the socket. */
  flushed = 0;
  isSocketFull = false;
  isClosed = false;
  /** Messages published after the channel was lost, of which there should be none. */
  dropped = 0;
  closeError: BrokerError | undefined;
  readonly #commits = new Calls(true);
  #isLost = false;

  constructor(options: PublisherOptions, events: PublisherEvents) {
    this.options = options;
    this.events = events;
    this.buffer = Buffer.alloc(bodyOffset + options.payloadBytes);
    options.bodyHead.copy(this.buffer, bodyOffset);
  }

  /** The sequences that were sent, in their order. */
  get sequences(): number[] {
    return this.sent.map(({ sequence }) => sequence);
  }

  publish(): boolean {
    if (this.#isLost) {
      this.dropped++;
      return true;
    }
    this.sent.push({
      publisher: readPublisher(this.buffer, bodyOffset),
      sequence: readSequence(this.buffer, bodyOffset, 0),
      sentMicros: readSentMicros(this.buffer, bodyOffset, 0),
      lagMicros: readLagMicros(this.buffer, bodyOffset),
    });
    return !this.isSocketFull;
  }

  emptySocket(): void {
    this.isSocketFull = false;
    this.events.onWritable();
  }

  flush(): boolean {
    this.flushed = this.sent.length;
    return !this.isSocketFull;
  }

  commit(): Promise<void> {
    return this.#commits.call();
  }

  /** Commits that the test has yet to answer. */
  get commits(): number {
    return this.#commits.waiting;
  }

  answerCommit(): void {
    // Whoever awaits it hears of it later.
    this.#commits.answer();
    this.#tell(() => this.events.onCommitted?.());
  }

  confirm(deliveryTag: number, multiple = false): void {
    this.#tell(() => this.events.onConfirm(deliveryTag, multiple, true));
  }

  refuse(deliveryTag: number, multiple = false): void {
    this.#tell(() => this.events.onConfirm(deliveryTag, multiple, false));
  }

  giveBack(sequence: number): void {
    const bytes = stampedBody({ ...noStamp, sequence }, stampBytes);
    this.#tell(() => this.events.onReturn?.(bytes, bodyOffset, stampBytes));
  }

  /** The connection goes, unasked. */
  lose(reason = 'gone'): void {
    const error = new BrokerError(reason);
    this.#isLost = true;
    this.events.onClosed(error);
    this.#commits.fail(error);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    if (this.closeError) throw this.closeError;
  }

  #tell(tell: () => void): void {
    this.events.onArrival();
    tell();
    this.events.onArrivalEnd();
  }
}

const noStamp: Stamp = { publisher: 0, sequence: 0, sentMicros: 0, lagMicros: 0 };

function stampedBody(stamp: Stamp, bodyBytes: number): Buffer {
  const bytes = Buffer.alloc(bodyOffset + Math.max(stampBytes, bodyBytes));
  stampOf(stamp.publisher).copy(bytes, bodyOffset);
  writeMessage(bytes, bodyOffset, stamp.sequence, stamp.sentMicros, stamp.lagMicros);
  return bytes;
}

/** A consuming channel: the test delivers, and reads in `calls` what was asked of the broker. */
export class FakeConsumerChannel implements LoadConsumer {
  readonly calls: string[] = [];
  readonly options: ConsumerOptions;
  readonly events: ConsumerEvents;
  /** Subscriptions and cancellations, answered at once unless the test holds them. */
  readonly replies = new Calls(false);
  /** What the queue has sent already when the subscription is cancelled. */
  underWay: Partial<Stamp>[] = [];
  subscribeError: Error | undefined;
  closeError: BrokerError | undefined;
  #tag = 0;

  constructor(options: ConsumerOptions, events: ConsumerEvents) {
    this.options = options;
    this.events = events;
  }

  deliver(stamp: Partial<Stamp> = {}, bodyBytes = stampBytes, redelivered = false): void {
    this.#tag++;
    const bytes = stampedBody({ ...noStamp, sequence: this.#tag - 1, ...stamp }, bodyBytes);
    this.events.onArrival();
    this.events.onDelivery(bytes, bodyOffset, bodyBytes, this.#tag, redelivered);
  }

  /** Delivers these messages of publisher 0. */
  deliverSequences(...sequences: readonly number[]): void {
    for (const sequence of sequences) this.deliver({ sequence });
  }

  async subscribe({ acknowledge, prefetch }: SubscriptionMode): Promise<void> {
    const how = acknowledge ? '' : ' without acknowledgements';
    this.calls.push(`subscribe${how}${prefetch === undefined ? '' : ` with prefetch ${prefetch}`}`);
    if (this.subscribeError) throw this.subscribeError;
    await this.replies.call();
  }

  async cancel(): Promise<void> {
    this.calls.push('cancel');
    await this.replies.call();
    for (const stamp of this.underWay.splice(0)) this.deliver(stamp);
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
    this.calls.push(`acknowledge ${multiple ? 'up to ' : ''}${deliveryTag}`);
  }

  reject(deliveryTag: number, { multiple, requeue }: RejectOptions): void {
    const what = `reject ${multiple ? 'up to ' : ''}${deliveryTag}`;
    this.calls.push(requeue ? `${what} to be queued again` : what);
  }

  /** The connection goes, unasked. */
  lose(reason = 'gone'): void {
    const error = new BrokerError(reason);
    this.events.onClosed(error);
    this.replies.fail(error);
  }

  async close(): Promise<void> {
    this.calls.push('close');
    if (this.closeError) throw this.closeError;
  }
}

/** Opens fake channels and keeps all of them, the oldest first. */
export class FakeClient implements LoadClient {
  readonly publishers: FakePublisherChannel[] = [];
  readonly consumers: FakeConsumerChannel[] = [];
  /** The next openings fail so often. */
  refusals = 0;
  /** What openings wait for. */
  opening: Promise<void> = Promise.resolve();
  /** Does something to each channel before anyone else has it. */
  preparePublisher: (channel: FakePublisherChannel) => void = () => {};
  prepareConsumer: (channel: FakeConsumerChannel) => void = () => {};

  async openPublisher(options: PublisherOptions, events: PublisherEvents): Promise<LoadPublisher> {
    await this.#connect();
    const channel = new FakePublisherChannel(options, events);
    this.publishers.push(channel);
    this.preparePublisher(channel);
    return channel;
  }

  async openConsumer(options: ConsumerOptions, events: ConsumerEvents): Promise<LoadConsumer> {
    await this.#connect();
    const channel = new FakeConsumerChannel(options, events);
    this.consumers.push(channel);
    this.prepareConsumer(channel);
    return channel;
  }

  async #connect(): Promise<void> {
    await this.opening;
    if (this.refusals === 0) return;
    this.refusals--;
    throw new BrokerError('refused');
  }
}

/** The value, which the test knows to be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('it is not there');
  return value;
}
