import { type DeliveryHead, deliveryHead, sendDelivery } from './delivery-frames.js';
import { isRedelivered, referenceOf } from './entry-deque.js';
import type { DeliveryLies } from './lies/delivery-lies.js';
import type { Peer } from './peer.js';
import { releaseMessage } from './stored-message.js';
import type { Subscription, SubscriptionRequest } from './subscription.js';
import type { Outcome, Unacknowledged } from './unacknowledged.js';

/** A consumer that gets its queue's messages, as its prefetch and its socket allow. */
export class QueueSubscription implements Subscription {
  readonly request: SubscriptionRequest;
  readonly #peer: Peer;
  readonly #outstanding: Unacknowledged;
  readonly #head: DeliveryHead;
  readonly #lies: DeliveryLies | undefined;
  unacknowledged = 0;

  constructor(
    request: SubscriptionRequest,
    peer: Peer,
    channel: number,
    outstanding: Unacknowledged,
  ) {
    this.request = request;
    this.#peer = peer;
    this.#outstanding = outstanding;
    this.#head = deliveryHead(channel, request.tag);
    this.#lies = peer.lies?.forDeliveries(channel);
  }

  get canTake(): boolean {
    const { noAck, prefetch } = this.request;
    if (this.#peer.output.isFull) return false;
    return noAck || prefetch === 0 || this.unacknowledged < prefetch;
  }

  take(entry: number): void {
    const { counters, store, view } = this.#peer.broker;
    const { noAck } = this.request;
    const tag = noAck ? this.#outstanding.nextTag() : this.#outstanding.add(this, entry);
    const reference = referenceOf(entry);
    const message = view.look(reference);
    sendDelivery(this.#peer, this.#head, tag, isRedelivered(entry), message);
    counters.delivered++;
    this.#lies?.onDelivery(this.request, entry);
    if (noAck) releaseMessage(store, reference);
  }

  onSettled(entry: number, outcome: Outcome): void {
    const { store, turn } = this.#peer.broker;
    const { queue } = this.request;
    if (this.#lies) this.#lies.settle(queue, entry, outcome);
    else if (outcome === 'requeued') queue.requeue(entry);
    else releaseMessage(store, referenceOf(entry));
    turn.wake(queue);
  }

  onWritable(): void {
    this.#peer.broker.turn.wakeSoon(this.request.queue);
  }

  onQueueDeleted(): void {
    this.request.onCancelled();
  }

  end(): void {
    this.request.queue.remove(this);
  }
}
