import type { LoadClient, LoadConsumer } from '../amqp/load-client.js';
import type { Clock } from '../base/clock.js';
import type { BrokerError } from '../base/errors.js';
import { columnOf } from '../measure/counters.js';
import type { LatencyHistogram } from '../measure/latency-histogram.js';
import { readLagMicros, readPublisher, readSentMicros, readSequence } from '../measure/stamp.js';
import type { DeliveryBook } from './delivery-book.js';
import type { ConsumerSpec, TrialInstants } from './protocol.js';

/** What the consumers of one thread record together. */
export interface ConsumerTally {
  readonly counters: Float64Array;
  readonly book: DeliveryBook;
  /** Whether messages have an intended moment. */
  readonly scheduled: boolean;
  consumedInWindow: number;
  consumedBytesInWindow: number;
  negativeLatencies: number;
  readonly service: LatencyHistogram;
  readonly endToEnd: LatencyHistogram;
}

/**
 * One consumer: takes deliveries from before the begin instant until its queue is drained,
 * acknowledges them as asked, and reads from each stamp how long the message was under way.
 * Latency is that of messages sent in the measured window, however late they arrive.
 */
export class Consumer {
  readonly #spec: ConsumerSpec;
  readonly #clock: Clock;
  readonly #tally: ConsumerTally;
  #channel: LoadConsumer | undefined;
  #instants: TrialInstants | undefined;
  #acknowledgeEvery: number | undefined;
  #unacknowledged = 0;
  #lastTag = 0;
  /** When the deliveries that are being handed over were read from the socket. */
  #arrivedMicros = 0;

  constructor(spec: ConsumerSpec, clock: Clock, tally: ConsumerTally) {
    this.#spec = spec;
    this.#clock = clock;
    this.#tally = tally;
    this.#acknowledgeEvery = spec.acknowledgeEvery;
  }

  /** Connects and subscribes; `onClosed` hears of an end that nobody asked for. */
  async open(client: LoadClient, onClosed: (error: BrokerError) => void): Promise<void> {
    this.#channel = await client.openConsumer(this.#spec, {
      onArrival: () => {
        this.#arrivedMicros = this.#clock.nowMicros();
      },
      onDelivery: (bytes, offset, length, tag, redelivered) =>
        this.#take(bytes, offset, length, tag, redelivered),
      onClosed,
    });
    await this.#channel.subscribe({ acknowledge: this.#acknowledgeEvery !== undefined });
  }

  /** Tells when the trial begins; before that, nothing can be measured. */
  begin(instants: TrialInstants): void {
    this.#instants = instants;
  }

  /** From now on takes deliveries without acknowledging them, which no prefetch slows down. */
  async drain(): Promise<void> {
    if (this.#acknowledgeEvery === undefined) return;
    await this.#channel?.cancel();
    this.#acknowledgeRest();
    this.#acknowledgeEvery = undefined;
    await this.#channel?.subscribe({ acknowledge: false });
  }

  /** Takes what the queue has sent already, then disconnects. */
  async finish(): Promise<void> {
    await this.#channel?.cancel();
    this.#acknowledgeRest();
    await this.#channel?.close();
  }

  #take(bytes: Buffer, offset: number, length: number, tag: number, redelivered: boolean): void {
    const tally = this.#tally;
    tally.book.enter(readPublisher(bytes, offset), readSequence(bytes, offset), redelivered);
    tally.counters[columnOf.consumed] = (tally.counters[columnOf.consumed] ?? 0) + 1;
    // A thread that was kept waiting may see a message before it hears of the trial's instants.
    if (this.#instants !== undefined) this.#measure(bytes, offset, length, this.#instants);
    if (this.#acknowledgeEvery !== undefined) this.#acknowledge(tag);
  }

  #measure(bytes: Buffer, offset: number, length: number, instants: TrialInstants): void {
    const tally = this.#tally;
    const now = this.#arrivedMicros;
    const age = now - instants.beginMicros;
    const sent = readSentMicros(bytes, offset, age);
    if (now >= instants.startMicros && now < instants.stopMicros) {
      tally.consumedInWindow++;
      tally.consumedBytesInWindow += length;
    }
    if (instants.beginMicros + sent >= instants.startMicros) {
      this.#recordLatency(age - sent, readLagMicros(bytes, offset));
    }
  }

  #recordLatency(serviceMicros: number, lagMicros: number): void {
    const tally = this.#tally;
    if (serviceMicros < 0) {
      tally.negativeLatencies++;
      return;
    }
    tally.service.record(serviceMicros);
    if (tally.scheduled) tally.endToEnd.record(serviceMicros + lagMicros);
  }

  #acknowledge(tag: number): void {
    this.#lastTag = tag;
    this.#unacknowledged++;
    if (this.#unacknowledged !== this.#acknowledgeEvery) return;
    this.#channel?.acknowledge(tag, this.#unacknowledged > 1);
    this.#unacknowledged = 0;
  }

  #acknowledgeRest(): void {
    if (this.#unacknowledged > 0) this.#channel?.acknowledge(this.#lastTag, true);
    this.#unacknowledged = 0;
  }
}
