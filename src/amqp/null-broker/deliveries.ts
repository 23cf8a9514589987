import { MethodFrame } from '../protocol/method-frame.js';
import { answerGet } from './get-answer.js';
import type { DeliveryLies } from './lies/delivery-lies.js';
import type { MessageQueue } from './message-queue.js';
import type { Peer } from './peer.js';
import { QueueSubscription } from './queue-subscription.js';
import { Refusal } from './refusal.js';
import { SourceFeed } from './source-feed.js';
import type { Subscription, SubscriptionRequest } from './subscription.js';
import { type Outcome, Unacknowledged } from './unacknowledged.js';
import { checkLimit } from './virtual-host.js';

/** What one channel is sent: its consumers, and what they have not acknowledged. */
export class Deliveries {
  readonly #peer: Peer;
  readonly #channel: number;
  readonly #outstanding = new Unacknowledged();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #lies: DeliveryLies | undefined;
  #named = 0;
  /** Of consumers to come, each for itself; 0 is no limit. */
  prefetch = 0;

  constructor(peer: Peer, channel: number) {
    this.#peer = peer;
    this.#channel = channel;
    this.#lies = peer.lies?.forDeliveries(channel);
  }

  /** The name for a consumer whose client did not give one. */
  newTag(): string {
    return `amq.ctag-${this.#channel}-${++this.#named}`;
  }

  /** Deliveries begin at the end of this turn, so after the answer to basic.consume. */
  subscribe(queue: MessageQueue, tag: string, noAck: boolean): void {
    const { virtualHost, mode } = this.#peer.broker;
    if (this.#subscriptions.has(tag)) {
      throw new Refusal(530, `attempt to reuse consumer tag '${tag}'`);
    }
    checkLimit('consumers', virtualHost.consumers);
    const onCancelled = () => this.#onCancelled(tag);
    const request = { tag, queue, noAck, prefetch: this.prefetch, onCancelled };
    const subscription = mode === 'source' ? this.#feed(request) : this.#takeFrom(request);
    virtualHost.consumers++;
    this.#subscriptions.set(tag, subscription);
    queue.add(subscription);
  }

  /** Does nothing when there is no such consumer, as RabbitMQ. */
  cancel(tag: string): void {
    const subscription = this.#subscriptions.get(tag);
    if (!subscription) return;
    this.#remove(subscription);
    this.#deleteWhenUnused(subscription.request.queue);
  }

  get(queue: MessageQueue, noAck: boolean): void {
    answerGet(this.#peer, this.#channel, this.#outstanding, { queue, noAck });
  }

  settle(tag: number, multiple: boolean, outcome: Outcome): void {
    const count = this.#outstanding.settle(tag, multiple, outcome);
    if (count === 0 && tag !== 0) throw new Refusal(406, `unknown delivery tag ${tag}`);
    if (outcome === 'acknowledged') this.#peer.broker.counters.acknowledged += count;
  }

  onWritable(): void {
    for (const subscription of this.#subscriptions.values()) subscription.onWritable();
  }

  /** The channel is at its end: everything that is not settled goes back into its queue. */
  end(): void {
    const subscriptions = [...this.#subscriptions.values()];
    for (const subscription of subscriptions) this.#remove(subscription);
    for (const { request } of subscriptions) this.#lies?.onConsumerEnd(request);
    this.#outstanding.settle(0, true, this.#lies?.outcomeAtEnd ?? 'requeued');
    for (const { request } of subscriptions) this.#deleteWhenUnused(request.queue);
  }

  #takeFrom(request: SubscriptionRequest): Subscription {
    return new QueueSubscription(request, this.#peer, this.#channel, this.#outstanding);
  }

  #feed(request: SubscriptionRequest): Subscription {
    const { virtualHost } = this.#peer.broker;
    const number = virtualHost.numberConsumer();
    return new SourceFeed(request, this.#peer, this.#channel, this.#outstanding, number);
  }

  #remove(subscription: Subscription): void {
    subscription.end();
    this.#subscriptions.delete(subscription.request.tag);
    this.#peer.broker.virtualHost.consumers--;
  }

  #deleteWhenUnused(queue: MessageQueue): void {
    if (!queue.properties.autoDelete || queue.consumerCount > 0 || queue.isDeleted) return;
    this.#peer.broker.virtualHost.deleteQueue(queue);
  }

  /** Its queue was deleted. */
  #onCancelled(tag: string): void {
    const subscription = this.#subscriptions.get(tag);
    if (!subscription) return;
    this.#remove(subscription);
    if (!this.#peer.takesCancel) return;
    const cancel = new MethodFrame(this.#channel, 'basic.cancel').shortString(tag).bits(true);
    this.#peer.output.append(cancel.bytes());
  }
}
