import { putUint64 } from '../../base/big-endian.js';
import type {
  ConsumerEvents,
  ConsumerOptions,
  LoadConsumer,
  RejectOptions,
  SubscriptionMode,
} from '../load-client.js';
import { cancelledConsumer } from '../lost-connection.js';
import { frameHeadBytes } from '../protocol/frame-layout.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { Batches } from './batches.js';
import { Link } from './link.js';

/** Where a basic.ack has its delivery tag, after class and method; `multiple` follows. */
const deliveryTagOffset = frameHeadBytes + 4;

/** A consumer that reads messages where the socket left them, and acknowledges them a read at a time. */
export async function openConsumer(
  options: ConsumerOptions,
  events: ConsumerEvents,
): Promise<LoadConsumer> {
  const link = await Link.open(options, (channel) => channel.prefetch(options.prefetch));
  return new WireConsumer(link, options, events);
}

class WireConsumer implements LoadConsumer {
  readonly #link: Link;
  readonly #queue: string;
  readonly #acknowledgements: Batches;
  #subscriptions = 0;
  /** While deliveries of one read are handed over, their acknowledgements gather. */
  #isArriving = false;

  constructor(link: Link, { queue, url }: ConsumerOptions, events: ConsumerEvents) {
    const { number } = link.channel;
    const template = new MethodFrame(number, 'basic.ack').uint64(0).bits(false).bytes();
    this.#link = link;
    this.#queue = queue;
    this.#acknowledgements = new Batches(template, { write: link.answer.bind(link) });
    link.listen({
      ...events,
      onArrival: () => {
        this.#isArriving = true;
        events.onArrival();
      },
      onArrivalEnd: () => {
        this.#isArriving = false;
        this.#acknowledgements.flush();
      },
      onWritable: () => this.#acknowledgements.onWritable(),
      onCancelled: () => {
        this.#acknowledgements.flush();
        link.end(cancelledConsumer(queue, url));
      },
    });
  }

  async subscribe({ acknowledge, prefetch }: SubscriptionMode): Promise<void> {
    this.#subscriptions++;
    const { channel } = this.#link;
    const options = { consumerTag: this.#consumerTag, acknowledge };
    if (prefetch !== undefined) await this.#link.guard(channel.prefetch(prefetch));
    await this.#link.guard(channel.consume(this.#queue, options));
  }

  async cancel(): Promise<void> {
    await this.#link.guard(this.#link.channel.cancel(this.#consumerTag));
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
    if (!this.#link.channel.isOpen) return;
    const { bytes, offset } = this.#acknowledgements;
    putUint64(bytes, offset + deliveryTagOffset, deliveryTag);
    bytes[offset + deliveryTagOffset + 8] = multiple ? 1 : 0;
    this.#acknowledgements.next();
    // Outside of a read nothing else would send it.
    if (!this.#isArriving) this.#acknowledgements.flush();
  }

  reject(deliveryTag: number, { multiple, requeue }: RejectOptions): void {
    if (!this.#link.channel.isOpen) return;
    this.#acknowledgements.flush();
    const { connection, channel } = this.#link;
    const nack = new MethodFrame(channel.number, 'basic.nack').uint64(deliveryTag);
    connection.answer(nack.bits(multiple, requeue).bytes());
  }

  async close(): Promise<void> {
    this.#acknowledgements.flush();
    await this.#link.close();
  }

  /**
   * Every delivery repeats it: the shorter, the better. Another one for each subscription: a quorum
   * queue of RabbitMQ 3.10 that meets the tag of a cancelled one again ends the channel with 541.
   */
  get #consumerTag(): string {
    return `c${this.#subscriptions}`;
  }
}
