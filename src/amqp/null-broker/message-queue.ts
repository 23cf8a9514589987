import { EntryDeque, entryOf, redelivered, referenceOf } from './entry-deque.js';
import type { MessageStore } from './message-store.js';
import { releaseMessage } from './stored-message.js';
import type { Turn, Worker } from './turn.js';

/** A consumer as its queue sees it. */
export interface QueueConsumer {
  /** Whether its prefetch and its socket leave room for one more message. */
  readonly canTake: boolean;
  take(entry: number): void;
  /** The queue is gone. */
  onQueueDeleted(): void;
}

/** What a queue was declared with, as far as it matters here; all arguments are ignored. */
export interface QueueProperties {
  readonly durable: boolean;
  readonly autoDelete: boolean;
  /** The one connection that may use the queue, and with which it ends. */
  readonly exclusiveTo: object | undefined;
}

/** One queue: its messages in order, and the consumers that get them by turns. */
export class MessageQueue implements Worker {
  readonly name: string;
  readonly properties: QueueProperties;
  readonly #store: MessageStore;
  readonly #turn: Turn;
  readonly #ready = new EntryDeque();
  readonly #consumers: QueueConsumer[] = [];
  #next = 0;
  isAwake = false;
  isDeleted = false;
  /** So many of the last messages are not delivered yet; more than none only if the broker lies. */
  withheld = 0;

  constructor(
    name: string,
    properties: QueueProperties,
    shared: { readonly store: MessageStore; readonly turn: Turn },
  ) {
    this.name = name;
    this.properties = properties;
    this.#store = shared.store;
    this.#turn = shared.turn;
  }

  /** Messages that wait for a consumer. */
  get readyCount(): number {
    return this.#ready.length;
  }

  get consumerCount(): number {
    return this.#consumers.length;
  }

  /** Takes over one share of the message. */
  push(reference: number): void {
    this.#ready.pushBack(entryOf(reference));
    this.#turn.wake(this);
  }

  /** Takes back a message that was delivered: it will be the next, and marked. */
  requeue(entry: number): void {
    this.putBack(redelivered(entry));
  }

  /** The same without the mark, unless it has one. */
  putBack(entry: number): void {
    if (this.isDeleted) {
      releaseMessage(this.#store, referenceOf(entry));
      return;
    }
    this.#ready.pushFront(entry);
    this.#turn.wake(this);
  }

  /** Lets the last two messages change places. */
  swapLast(): void {
    this.#ready.swapLast();
  }

  withholdNothing(): void {
    this.withheld = 0;
    this.wakeSoon();
  }

  /** Delivers in a turn that begins soon: for what does not happen in a turn. */
  wakeSoon(): void {
    this.#turn.wakeSoon(this);
  }

  /** The next message's entry, for basic.get. */
  shift(): number | undefined {
    return this.#ready.length > this.withheld ? this.#ready.shift() : undefined;
  }

  /** Forgets all messages that wait; tells how many. */
  purge(): number {
    const count = this.#ready.length;
    this.withheld = 0;
    for (let i = 0; i < count; i++) releaseMessage(this.#store, referenceOf(this.#ready.shift()));
    return count;
  }

  add(consumer: QueueConsumer): void {
    this.#consumers.push(consumer);
    this.#turn.wake(this);
  }

  remove(consumer: QueueConsumer): void {
    const index = this.#consumers.indexOf(consumer);
    if (index < 0) return;
    this.#consumers.splice(index, 1);
    if (this.#next > index) this.#next--;
  }

  /** Ends the queue; tells how many messages went with it. */
  delete(): number {
    this.isDeleted = true;
    for (const consumer of this.#consumers.splice(0)) consumer.onQueueDeleted();
    return this.purge();
  }

  /** Hands messages out, one to each consumer that can take it, until messages or consumers run out. */
  run(): void {
    while (this.#ready.length > this.withheld) {
      const consumer = this.#nextConsumer();
      if (consumer === undefined) return;
      consumer.take(this.#ready.shift());
    }
  }

  #nextConsumer(): QueueConsumer | undefined {
    const { length } = this.#consumers;
    for (let tried = 0; tried < length; tried++) {
      if (this.#next >= length) this.#next = 0;
      const consumer = this.#consumers[this.#next++];
      if (consumer?.canTake) return consumer;
    }
    return undefined;
  }
}
