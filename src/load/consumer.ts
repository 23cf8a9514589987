import type { ConsumerEvents, LoadConsumer } from '../amqp/load-client.js';
import { orLate } from '../base/abort.js';
import { BrokerError, messageOf } from '../base/errors.js';
import { columnOf } from '../measure/counters.js';
import type { LatencyHistogram } from '../measure/latency-histogram.js';
import { readLagMicros, readSentMicros, stampBytes } from '../measure/stamp.js';
import { Acknowledging } from './acknowledging.js';
import type { ConnectionBook } from './connection-book.js';
import type { ConsumerLines, DeliveryBook } from './delivery-book.js';
import { Lifeline } from './lifeline.js';
import type { ConsumerSpec, TrialInstants } from './protocol.js';
import type { Surroundings } from './surroundings.js';
import { Workbench } from './workbench.js';

/** The longest that a queue may take to end one subscription and begin another. */
const answerLimitMillis = 20_000;
const unanswered = `the broker did not cancel a consumer within ${answerLimitMillis / 1000} s`;

/** What the consumers of one thread record together. */
export interface ConsumerTally {
  readonly counters: Float64Array;
  readonly connections: ConnectionBook;
  readonly book: DeliveryBook;
  /** Whether messages have an intended moment. */
  readonly scheduled: boolean;
  consumedInWindow: number;
  consumedBytesInWindow: number;
  negativeLatencies: number;
  foreign: number;
  readonly service: LatencyHistogram;
  readonly endToEnd: LatencyHistogram;
}

/**
 * One consumer: takes deliveries from before the begin instant until its queue is drained,
 * acknowledges them as asked, and reads from each stamp how long the message was under way.
 * Latency is that of messages sent in the measured window, however late they arrive. A connection that
 * is lost is remade, and the queue consumed again.
 */
export class Consumer {
  readonly #spec: ConsumerSpec;
  readonly #surroundings: Surroundings;
  readonly #tally: ConsumerTally;
  readonly #lines: ConsumerLines;
  readonly #lifeline: Lifeline<LoadConsumer>;
  /** `undefined` when it takes no time to be done with a delivery. */
  readonly #workbench: Workbench | undefined;
  /** Set before the lifeline has it: deliveries come as soon as the queue is consumed. */
  #line: LoadConsumer | undefined;
  /** `undefined` while nothing is acknowledged. */
  #acknowledging: Acknowledging | undefined;
  #instants: TrialInstants | undefined;
  #isDraining = false;
  /** When the deliveries that are being handed over were read from the socket. */
  #arrivedMicros = 0;

  constructor(spec: ConsumerSpec, surroundings: Surroundings, tally: ConsumerTally) {
    this.#spec = spec;
    this.#surroundings = surroundings;
    this.#tally = tally;
    this.#lines = tally.book.addConsumer();
    const { acknowledgeEvery, workMicros, ratePerSecond } = spec;
    this.#acknowledging =
      acknowledgeEvery === undefined ? undefined : new Acknowledging(spec, acknowledgeEvery);
    this.#workbench =
      workMicros === 0 && ratePerSecond === undefined
        ? undefined
        : new Workbench(spec, surroundings.clock, this.#settle);
    const owner = {
      id: spec.id,
      open: (onClosed: (error: BrokerError) => void) => this.#open(onClosed),
      discard: (line: LoadConsumer) => this.#discard(line),
      onUp: () => {},
      onDown: () => 0,
    };
    this.#lifeline = new Lifeline(owner, tally.connections, surroundings.random);
  }

  /** Connects and subscribes; rejects with a BrokerError. */
  connect(): Promise<void> {
    return this.#lifeline.connect();
  }

  /** Tells when the trial begins; before that, nothing can be measured. */
  begin(instants: TrialInstants): void {
    this.#instants = instants;
  }

  /** From now on takes deliveries without acknowledging them, which no prefetch slows down. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#spec.acknowledgeEvery === undefined) return;
    await this.#unlessLost((line) => this.#drainOver(line));
  }

  /** Takes what the queue has sent already, then disconnects. */
  async finish(): Promise<void> {
    this.#lifeline.end();
    await this.#unlessLost(async (line) => {
      await this.#endSubscription(line);
      await line.close();
    });
  }

  async #open(onClosed: (error: BrokerError) => void): Promise<LoadConsumer> {
    const { client } = this.#surroundings;
    const line = await client.openConsumer(this.#spec, this.#eventsWith(onClosed));
    // The subscription of before the drain ended with its connection.
    if (this.#isDraining) this.#acknowledging = undefined;
    this.#line = line;
    try {
      await line.subscribe({ acknowledge: this.#acknowledging !== undefined });
      // The drain may have begun meanwhile, and not found this connection.
      if (this.#isDraining && this.#acknowledging) await this.#drainOver(line);
      return line;
    } catch (thrown) {
      this.#discard(line);
      throw thrown;
    }
  }

  #discard(line: LoadConsumer): void {
    this.#onChannelLost();
    line.close().catch(() => {});
  }

  #eventsWith(onClosed: (error: BrokerError) => void): ConsumerEvents {
    return {
      onArrival: () => {
        this.#arrivedMicros = this.#surroundings.clock.nowMicros();
      },
      onDelivery: (bytes, offset, length, tag, redelivered) =>
        this.#take(bytes, offset, length, tag, redelivered),
      onClosed: (error) => {
        this.#onChannelLost();
        onClosed(error);
      },
    };
  }

  #onChannelLost(): void {
    if (this.#line === undefined) return;
    this.#line = undefined;
    if (this.#acknowledging === undefined) this.#lines.onSentLost();
    this.#acknowledging?.onChannelLost();
    this.#workbench?.clear();
  }

  async #drainOver(line: LoadConsumer): Promise<void> {
    await this.#endSubscription(line);
    this.#acknowledging = undefined;
    await line.subscribe({ acknowledge: false });
  }

  async #endSubscription(line: LoadConsumer): Promise<void> {
    await line.cancel();
    this.#workbench?.finish();
    this.#acknowledging?.settleRest(line);
  }

  /**
   * Does it over the connection, if there is one. That it is lost meanwhile is told by itself; a queue
   * that does not answer in time is as good as lost.
   */
  async #unlessLost(act: (line: LoadConsumer) => Promise<void>): Promise<void> {
    const { line } = this.#lifeline;
    if (line === undefined) return;
    try {
      await orLate(act(line), answerLimitMillis, () => new BrokerError(unanswered));
    } catch (thrown) {
      if (this.#lifeline.line !== line) return;
      this.#tally.connections.onLost(this.#spec.id, messageOf(thrown), 0);
      this.#tally.connections.onGivenUp(this.#spec.id);
    }
  }

  #take(bytes: Buffer, offset: number, length: number, tag: number, redelivered: boolean): void {
    const tally = this.#tally;
    if (length >= stampBytes) {
      this.#lines.enter(bytes, offset, redelivered);
      tally.counters[columnOf.consumed] = (tally.counters[columnOf.consumed] ?? 0) + 1;
      // A thread that was kept waiting may see a message before it hears of the trial's instants.
      if (this.#instants !== undefined) this.#measure(bytes, offset, length, this.#instants);
    } else {
      tally.foreign++;
    }
    if (this.#acknowledging === undefined) return;
    if (this.#workbench) this.#workbench.add(tag, redelivered, this.#arrivedMicros);
    else this.#settle(tag, redelivered);
  }

  readonly #settle = (tag: number, redelivered: boolean): void => {
    if (this.#line) this.#acknowledging?.settle(this.#line, tag, redelivered);
  };

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
}
