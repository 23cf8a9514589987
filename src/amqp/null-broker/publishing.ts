import { putUint64, uint16At, uint32At } from '../../base/big-endian.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { basicClass } from '../protocol/methods.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import { copyBytes } from './copy-bytes.js';
import { sendMessage } from './delivery-frames.js';
import type { PublishingLies } from './lies/publishing-lies.js';
import { limits } from './limits.js';
import type { Confirming, Peer } from './peer.js';
import { PublishRoute, type Route } from './publish-route.js';
import { Refusal } from './refusal.js';
import { releaseMessage, shareMessage, storedBytes, storeMessage } from './stored-message.js';
import { Transaction } from './transaction.js';

type Expected = 'method' | 'header' | 'body';

/** Class, weight, body size and property flags. */
const headerBytesMin = 14;

/**
 * What one channel publishes. A message is only counted unless somebody is to get it: a queue in
 * `loop` mode, or its publisher because it is returned; then it is copied into the store as it comes.
 */
export class Publishing implements Confirming {
  readonly #peer: Peer;
  readonly #channel: number;
  readonly #route: PublishRoute;
  readonly #isLoop: boolean;
  readonly #lies: PublishingLies | undefined;
  /** Every message passes here: `method` and `header` and `body` follow each other. */
  #expected: Expected = 'method';
  #current: Route = { queues: [], isReturned: false, isMandatory: false };
  #reference = 0;
  #storedBytes = 0;
  #bodyAt = 0;
  #bodyBytesLeft = 0;
  #transaction: Transaction | undefined;
  /** In confirm mode; the delivery tag of the last message, and of the last confirmed. */
  #isConfirming = false;
  #published = 0;
  #confirmed = 0;
  readonly #ackFrame: Buffer;
  readonly #returnHead: Buffer;

  constructor(peer: Peer, channel: number) {
    this.#peer = peer;
    this.#channel = channel;
    this.#route = new PublishRoute(peer.broker.virtualHost);
    this.#isLoop = peer.broker.mode === 'loop';
    this.#ackFrame = new MethodFrame(channel, 'basic.ack').uint64(0).bits(false).bytes();
    this.#lies = peer.lies?.forPublishing(channel, (reference) => this.#return(reference));
    const returned = new MethodFrame(channel, 'basic.return').uint16(312).shortString('NO_ROUTE');
    this.#returnHead = returned.bytes().subarray(0, -1);
  }

  /** The last message's content has not come yet, so that no other method may. */
  get isWithinMessage(): boolean {
    return this.#expected !== 'method';
  }

  selectConfirms(): void {
    if (this.#transaction) throw cannotSwitch('tx to confirm');
    this.#isConfirming = true;
  }

  selectTransactions(): void {
    if (this.#isConfirming) throw cannotSwitch('confirm to tx');
    this.#transaction ??= new Transaction();
  }

  onPublish(bytes: Buffer, start: number, end: number): void {
    if (this.#expected !== 'method') throw unexpected('a method');
    this.#current = this.#route.of(bytes, start, end);
    this.#expected = 'header';
  }

  onHeader(bytes: Buffer, start: number, end: number): void {
    if (this.#expected !== 'header') throw unexpected('a content header');
    if (end - start < headerBytesMin || uint16At(bytes, start) !== basicClass) {
      throw new ProtocolError('a content header that is none of class basic');
    }
    const bodyBytes = bodyBytesOf(bytes, start);
    if (bodyBytes > limits.messageBytes) {
      throw new Refusal(
        406,
        `message size ${bodyBytes} is larger than configured max size ${limits.messageBytes}`,
      );
    }
    const { queues, isReturned } = this.#current;
    if (isReturned || (this.#isLoop && (queues.length > 0 || this.#lies))) {
      this.#store(bytes, start, end, bodyBytes);
    }
    this.#bodyBytesLeft = bodyBytes;
    this.#expected = 'body';
    if (bodyBytes === 0) this.#complete();
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#expected !== 'body') throw unexpected('a body');
    const count = end - start;
    if (count > this.#bodyBytesLeft) throw unexpected('a body larger than announced');
    if (this.#reference !== 0) {
      copyBytes(
        bytes,
        start,
        count,
        this.#peer.broker.store.chunkOf(this.#reference).bytes,
        this.#bodyAt,
      );
      this.#bodyAt += count;
    }
    this.#bodyBytesLeft -= count;
    if (this.#bodyBytesLeft === 0) this.#complete();
  }

  /** Confirms everything published since the last time. */
  confirm(): void {
    const count = this.#published - this.#confirmed;
    if (count === 0) return;
    const { output, broker } = this.#peer;
    const frame = this.#ackFrame;
    const at = output.reserve(frame.length);
    putUint64(frame, frame.length - 10, this.#published);
    frame[frame.length - 2] = count > 1 ? 1 : 0;
    copyBytes(frame, 0, frame.length, output.bytes, at);
    broker.counters.confirmed += count;
    this.#confirmed = this.#published;
  }

  /** Puts into queues, in order, what was published since the last commit; then answers. */
  commit(answer: () => void): void {
    const messages = this.#openTransaction().take();
    this.#peer.broker.counters.published += messages.length;
    if (this.#lies) {
      for (const { storedBytes } of messages) this.#peer.releaseUnrouted(storedBytes);
      this.#lies.commit(messages, answer);
      return;
    }
    for (const { route, reference, storedBytes } of messages) {
      this.#settle(route, reference, storedBytes);
    }
    answer();
  }

  rollback(): void {
    for (const { reference, storedBytes } of this.#openTransaction().take()) {
      this.#forget(reference, storedBytes);
    }
  }

  /** Forgets what has no queue yet; the channel is at its end. */
  end(): void {
    if (this.#transaction) this.rollback();
    this.#forget(this.#reference, this.#storedBytes);
    this.#reference = 0;
    this.#expected = 'method';
    this.#published = this.#confirmed;
    this.#lies?.end();
  }

  #store(header: Buffer, start: number, end: number, bodyBytes: number): void {
    const { store, view } = this.#peer.broker;
    const { names, routeBytes } = this.#route;
    const count = storedBytes(routeBytes, end - start, bodyBytes);
    this.#peer.holdUnrouted(count);
    this.#reference = storeMessage(store, names, routeBytes, header, start, end, bodyBytes);
    this.#storedBytes = count;
    this.#bodyAt = view.look(this.#reference).body;
  }

  #complete(): void {
    const reference = this.#reference;
    this.#peer.hasPublished = true;
    this.#transaction?.add({ route: this.#current, reference, storedBytes: this.#storedBytes });
    this.#reference = 0;
    this.#expected = 'method';
    if (this.#transaction) {
      this.#lies?.onUncommitted(reference);
      return;
    }
    this.#peer.broker.counters.published++;
    if (this.#lies) {
      this.#peer.releaseUnrouted(this.#storedBytes);
      this.#lies.take(this.#current, reference, this.#isConfirming);
      return;
    }
    if (reference !== 0) this.#settle(this.#current, reference, this.#storedBytes);
    if (!this.#isConfirming) return;
    if (this.#published === this.#confirmed) this.#peer.confirmLater(this);
    this.#published++;
  }

  /** Puts the message into its queues, or gives it back to its publisher. */
  #settle(route: Route, reference: number, storedBytes: number): void {
    if (reference === 0) return;
    const { store } = this.#peer.broker;
    this.#peer.releaseUnrouted(storedBytes);
    if (route.isReturned) {
      this.#return(reference);
      store.free(reference);
      return;
    }
    shareMessage(store, reference, route.queues.length);
    for (const queue of route.queues) {
      if (queue.isDeleted) releaseMessage(store, reference);
      else queue.push(reference);
    }
  }

  #return(reference: number): void {
    const { counters, view } = this.#peer.broker;
    counters.returned++;
    sendMessage(this.#peer, this.#channel, this.#returnHead, view.look(reference));
  }

  #forget(reference: number, storedBytes: number): void {
    if (reference === 0) return;
    this.#peer.releaseUnrouted(storedBytes);
    this.#peer.broker.store.free(reference);
  }

  #openTransaction(): Transaction {
    if (!this.#transaction) throw new Refusal(406, 'channel is not transactional');
    return this.#transaction;
  }
}

/** Beyond what is allowed anyway, the exact size does not matter. */
function bodyBytesOf(header: Buffer, start: number): number {
  const high = uint32At(header, start + 4);
  const low = uint32At(header, start + 8);
  return high === 0 ? low : high * 2 ** 32 + low;
}

function unexpected(what: string): Refusal {
  return new Refusal(505, `${what} where none is due`);
}

function cannotSwitch(modes: string): Refusal {
  return new Refusal(406, `cannot switch from ${modes} mode`);
}
