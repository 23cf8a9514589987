import { isRedelivered, referenceOf } from '../entry-deque.js';
import type { MessageQueue } from '../message-queue.js';
import type { Peer } from '../peer.js';
import { releaseMessage, shareMessage, shareOnceMore } from '../stored-message.js';
import type { SubscriptionRequest } from '../subscription.js';
import type { Outcome } from '../unacknowledged.js';
import { hasDied, storeDeadLetter } from './dead-letter.js';
import { enqueue } from './enqueue.js';
import type { Trip } from './log.js';
import type { PeerLies } from './peer-lies.js';

/** A delivery, as its queue and its consumer see it. */
interface Delivery {
  readonly queue: MessageQueue;
  readonly noAck: boolean;
}

/** What befalls messages on their way to the consumers of one channel, and afterwards. */
export class DeliveryLies {
  readonly #client: PeerLies;
  readonly #peer: Peer;
  readonly #channel: number;

  constructor(client: PeerLies, peer: Peer, channel: number) {
    this.#client = client;
    this.#peer = peer;
    this.#channel = channel;
  }

  /** What becomes of deliveries that are unacknowledged when the channel ends. */
  get outcomeAtEnd(): Outcome {
    return this.#client.liar.lies.loseUnacknowledged ? 'forgotten' : 'requeued';
  }

  /** The message was written. It may have been the last that the channel is sent. */
  onDelivery({ queue, noAck }: Delivery, entry: number): void {
    const { liar, name } = this.#client;
    const reference = referenceOf(entry);
    const message = liar.messageAt(reference);
    const trip = this.#tripOf(entry);
    liar.log.push({ kind: 'delivered', ...message, consumer: name, trip });
    if (liar.isDue(reference, 'repeatFlagged')) {
      shareOnceMore(this.#peer.broker.store, reference);
      queue.requeue(entry);
    }
    if (noAck) this.#bury(queue, reference);
    if (liar.isFirstDelivery(message)) this.#client.afterFirstDelivery(message, this.#channel);
  }

  /** The queue has its message back, or the message is gone. */
  settle(queue: MessageQueue, entry: number, outcome: Outcome): void {
    const { liar } = this.#client;
    const reference = referenceOf(entry);
    const message = liar.messageAt(reference);
    if (outcome === 'requeued') {
      liar.log.push({ kind: 'requeued', ...message });
      if (liar.lies.requeueUnflagged) queue.putBack(entry);
      else queue.requeue(entry);
      return;
    }
    if (outcome === 'forgotten') liar.log.push({ kind: 'forgotten', ...message });
    else this.#bury(queue, reference);
    releaseMessage(this.#peer.broker.store, reference);
  }

  /** When it is a lie that ends the connection, some that the consumer never gets count as sent. */
  onConsumerEnd({ queue, noAck }: SubscriptionRequest): void {
    const { liar, name, state } = this.#client;
    if (!noAck || state !== 'ending') return;
    for (let left = this.#client.drawLoseSent(); left > 0; left--) {
      const entry = queue.shift();
      if (entry === undefined) return;
      const reference = referenceOf(entry);
      liar.log.push({ kind: 'marked sent', ...liar.messageAt(reference), consumer: name });
      releaseMessage(this.#peer.broker.store, reference);
    }
  }

  #tripOf(entry: number): Trip {
    const { view } = this.#peer.broker;
    if (isRedelivered(entry)) return 'redelivered';
    return hasDied(view.look(referenceOf(entry))) ? 'dead-lettered' : 'none';
  }

  /** The consumer has done with the message; some come back as from a dead-letter exchange. */
  #bury(queue: MessageQueue, reference: number): void {
    const { liar } = this.#client;
    const { store, view } = this.#peer.broker;
    if (!liar.isDue(reference, 'deadLetter')) return;
    const copy = storeDeadLetter(store, view.look(reference), queue.name);
    liar.spare(copy);
    shareMessage(store, copy, 1);
    enqueue(store, copy, queue);
  }
}
