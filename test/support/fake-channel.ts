import type {
  ConsumerEvents,
  ConsumerOptions,
  LoadClient,
  LoadConsumer,
  LoadPublisher,
  PublisherEvents,
  PublisherOptions,
} from '../../src/amqp/load-client.js';
import {
  readLagMicros,
  readPublisher,
  readSentMicros,
  readSequence,
  stampBytes,
  writeMessage,
  writePublisher,
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

/** A publishing channel whose broker is the test. */
export class FakePublisherChannel implements LoadPublisher {
  readonly buffer: Buffer;
  readonly bodyOffset = bodyOffset;
  readonly options: PublisherOptions;
  readonly events: PublisherEvents;
  readonly sent: Stamp[] = [];
  /** How many of them were given to the socket. */
  flushed = 0;
  isBlocked = false;
  isClosed = false;

  constructor(options: PublisherOptions, events: PublisherEvents) {
    this.options = options;
    this.events = events;
    this.buffer = Buffer.alloc(bodyOffset + options.payloadBytes);
    options.bodyHead.copy(this.buffer, bodyOffset);
  }

  publish(): boolean {
    this.sent.push({
      publisher: readPublisher(this.buffer, bodyOffset),
      sequence: readSequence(this.buffer, bodyOffset),
      sentMicros: readSentMicros(this.buffer, bodyOffset, 0),
      lagMicros: readLagMicros(this.buffer, bodyOffset),
    });
    return !this.isBlocked;
  }

  unblock(): void {
    this.isBlocked = false;
    this.events.onWritable();
  }

  flush(): boolean {
    this.flushed = this.sent.length;
    return !this.isBlocked;
  }

  async commit(): Promise<void> {}

  confirm(deliveryTag: number, multiple = false): void {
    this.#tell(deliveryTag, multiple, true);
  }

  refuse(deliveryTag: number, multiple = false): void {
    this.#tell(deliveryTag, multiple, false);
  }

  #tell(deliveryTag: number, multiple: boolean, accepted: boolean): void {
    this.events.onArrival();
    this.events.onConfirm(deliveryTag, multiple, accepted);
    this.events.onArrivalEnd();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

/** A consuming channel: the test delivers, and reads in `calls` what was asked of the broker. */
export class FakeConsumerChannel implements LoadConsumer {
  readonly calls: string[] = [];
  readonly options: ConsumerOptions;
  readonly events: ConsumerEvents;
  /** What the queue has sent already when the subscription is cancelled. */
  underWay: Partial<Stamp>[] = [];
  #tag = 0;

  constructor(options: ConsumerOptions, events: ConsumerEvents) {
    this.options = options;
    this.events = events;
  }

  deliver(stamp: Partial<Stamp> = {}, bodyBytes = stampBytes, redelivered = false): void {
    this.#tag++;
    const { publisher = 0, sequence = this.#tag - 1, sentMicros = 0, lagMicros = 0 } = stamp;
    const bytes = Buffer.alloc(bodyOffset + bodyBytes);
    writePublisher(bytes, bodyOffset, publisher);
    writeMessage(bytes, bodyOffset, sequence, sentMicros, lagMicros);
    this.events.onArrival();
    this.events.onDelivery(bytes, bodyOffset, bodyBytes, this.#tag, redelivered);
  }

  async subscribe({ acknowledge }: { readonly acknowledge: boolean }): Promise<void> {
    this.calls.push(acknowledge ? 'subscribe' : 'subscribe without acknowledgements');
  }

  async cancel(): Promise<void> {
    this.calls.push('cancel');
    for (const stamp of this.underWay.splice(0)) this.deliver(stamp);
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
    this.calls.push(`acknowledge ${multiple ? 'up to ' : ''}${deliveryTag}`);
  }

  reject(deliveryTag: number): void {
    this.calls.push(`reject ${deliveryTag}`);
  }

  async close(): Promise<void> {
    this.calls.push('close');
  }
}

/** Opens fake channels and remembers the last of each kind. */
export class FakeClient implements LoadClient {
  publisher: FakePublisherChannel | undefined;
  consumer: FakeConsumerChannel | undefined;

  async openPublisher(options: PublisherOptions, events: PublisherEvents): Promise<LoadPublisher> {
    this.publisher = new FakePublisherChannel(options, events);
    return this.publisher;
  }

  async openConsumer(options: ConsumerOptions, events: ConsumerEvents): Promise<LoadConsumer> {
    this.consumer = new FakeConsumerChannel(options, events);
    return this.consumer;
  }
}

/** The value, which the test knows to be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new TypeError('it is not there');
  return value;
}
