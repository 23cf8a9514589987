import type { ConsumerEvents, LoadConsumer, SubscriptionMode } from '../amqp/load-client.js';
import { isInTime, orLate } from '../base/abort.js';
import { BrokerError } from '../base/errors.js';
import { columnOf } from '../measure/counters.js';
import { readLagMicros, readSentMicros, stampBytes } from '../measure/stamp.js';
import { Acknowledging } from './acknowledging.js';
import { addressOf } from './address-of.js';
import type { ConsumerTally } from './consumer-tally.js';
import type { ConsumerLines } from './delivery-book.js';
import { Lifeline } from './lifeline.js';
import type { ConsumerSpec, TrialInstants } from './protocol.js';
import type { Surroundings } from './surroundings.js';
import { Workbench } from './workbench.js';

/** A connection from its first event on, with the line that it became. */
interface OpenedLine {
  line: LoadConsumer | undefined;
}

/** The longest that a queue may take to end one subscription and begin another. */
const answerLimitMillis = 20_000;
/** The longest that the end may wait for a connection that is being made. */
const openingLimitMillis = 5_000;
const drainAcknowledgeEvery = 100;

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
  #workbench: Workbench | undefined;
  /** Set before the lifeline has it: deliveries come as soon as the queue is consumed. */
  #line: LoadConsumer | undefined;
  /** `undefined` while nothing is acknowledged. */
  #acknowledging: Acknowledging | undefined;
  #instants: TrialInstants | undefined;
  #isDraining = false;
  #isOver = false;
  #opening: Promise<unknown> = Promise.resolve();
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
      open: (onClosed: (error: BrokerError) => void, attempt: number) => {
        const opening = this.#open(onClosed, attempt);
        this.#opening = opening.catch(() => {});
        return opening;
      },
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

  /** From now on takes what comes as fast as it comes: no prefetch and no work slows it down. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    if (this.#acknowledging === undefined) return;
    await this.#unlessLost((line) => this.#drainOver(line));
  }

  /** Takes what the queue has sent already, then disconnects. */
  async finish(): Promise<void> {
    // What a connection brings that is being made must be in the books.
    await isInTime(this.#opening, openingLimitMillis);
    this.#isOver = true;
    this.#lifeline.end();
    const isDone = await this.#unlessLost(async (line) => {
      await this.#endSubscription(line);
      await line.close();
    });
    if (isDone) return;
    // The broker may hold on to what it sent, and believe in a connection that is gone.
    if (this.#acknowledging) this.#tally.unfinishedQueues.add(this.#spec.queue);
    this.#onChannelLost();
  }

  async #open(onClosed: (error: BrokerError) => void, attempt: number): Promise<LoadConsumer> {
    const { client, tls } = this.#surroundings;
    const { connectionName, queue, prefetch, urls } = this.#spec;
    const options = { url: addressOf(urls, attempt), tls, connectionName, queue, prefetch };
    const opened: OpenedLine = { line: undefined };
    const line = await client.openConsumer(options, this.#eventsWith(opened, onClosed));
    if (this.#isOver) return line;
    opened.line = line;
    this.#line = line;
    try {
      await inTime(this.#subscribe(line));
      return line;
    } catch (thrown) {
      this.#discard(line);
      throw thrown;
    }
  }

  async #subscribe(line: LoadConsumer): Promise<void> {
    const wasDraining = this.#isDraining;
    if (wasDraining) this.#stopWorking();
    await line.subscribe(this.#mode);
    // The drain may have begun meanwhile, and not found this connection.
    if (this.#isDraining && !wasDraining && this.#acknowledging) await this.#drainOver(line);
  }

  get #mode(): SubscriptionMode {
    if (this.#acknowledging === undefined) return { acknowledge: false };
    return this.#isDraining ? { acknowledge: true, prefetch: 0 } : { acknowledge: true };
  }

  #discard(line: LoadConsumer): void {
    this.#onChannelLost();
    line.close().catch(() => {});
  }

  #eventsWith(opened: OpenedLine, onClosed: (error: BrokerError) => void): ConsumerEvents {
    return {
      onArrival: () => {
        this.#arrivedMicros = this.#surroundings.clock.nowMicros();
      },
      onDelivery: (bytes, offset, length, tag, redelivered) => {
        this.#take(bytes, offset, length, redelivered);
        // A tag is of its own connection; one that was given up may still deliver.
        if (opened.line === this.#line) this.#handle(tag, redelivered);
      },
      onClosed: (error) => {
        if (opened.line === this.#line) this.#onChannelLost();
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
    if (this.#line !== line) return;
    this.#stopWorking();
    await line.subscribe(this.#mode);
  }

  /** In the drain a consumer that acknowledges goes on to, in its own way: what it loses comes again. */
  #stopWorking(): void {
    this.#workbench = undefined;
    if (this.#acknowledging === undefined) return;
    this.#acknowledging = new Acknowledging({ ...this.#spec, nackShare: 0 }, drainAcknowledgeEvery);
  }

  async #endSubscription(line: LoadConsumer): Promise<void> {
    await line.cancel();
    if (this.#line !== line) return;
    this.#workbench?.finish();
    this.#acknowledging?.settleRest(line);
  }

  /**
   * Does it over the connection, if there is one; tells whether it is done. That the connection is lost
   * meanwhile is told by itself; a queue that does not answer in time is as good as lost.
   */
  async #unlessLost(act: (line: LoadConsumer) => Promise<void>): Promise<boolean> {
    const { line } = this.#lifeline;
    if (line === undefined) return false;
    try {
      await inTime(act(line));
      return true;
    } catch (thrown) {
      if (!(thrown instanceof BrokerError)) throw thrown;
      if (this.#lifeline.line !== line) return false;
      this.#discard(line);
      this.#lifeline.drop(thrown);
      return false;
    }
  }

  #take(bytes: Buffer, offset: number, length: number, redelivered: boolean): void {
    const tally = this.#tally;
    if (length >= stampBytes && this.#lines.enter(bytes, offset, redelivered)) {
      tally.counters[columnOf.consumed] = (tally.counters[columnOf.consumed] ?? 0) + 1;
      // A thread that was kept waiting may see a message before it hears of the trial's instants.
      if (this.#instants !== undefined) this.#measure(bytes, offset, length, this.#instants);
    } else {
      tally.foreign++;
    }
  }

  #handle(tag: number, redelivered: boolean): void {
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

/** Settles as what is asked of a queue does, or rejects when the answer is late. */
function inTime(asked: Promise<void>): Promise<void> {
  const limit = `${answerLimitMillis / 1000} s`;
  return orLate(asked, answerLimitMillis, () => {
    return new BrokerError(`the broker did not answer a consumer within ${limit}`);
  });
}
