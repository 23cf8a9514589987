import type { LoadClient, LoadPublisher } from '../amqp/load-client.js';
import { isInTime } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { BrokerError } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { columnOf } from '../measure/counters.js';
import type { LatencyHistogram } from '../measure/latency-histogram.js';
import { SequenceSet } from '../measure/sequence-set.js';
import { writeMessage, writePublisher } from '../measure/stamp.js';
import { ConfirmWindow } from './confirm-window.js';
import type { PlainPublisherAccount, PublisherSpec, TrialInstants } from './protocol.js';

/** Messages that one publisher sends before the others of its thread get their turn. */
const turnMessages = 64;

/** What the publishers of one thread record together. */
export interface PublisherTally {
  readonly counters: Float64Array;
  publishedInWindow: number;
  confirmedInWindow: number;
  readonly confirmService: LatencyHistogram;
  readonly confirm: LatencyHistogram;
  readonly publishLag: LatencyHistogram;
}

/**
 * One publisher: sends stamped messages from the begin instant to the stop instant, as fast as its
 * confirm window and the socket allow or on its schedule, and accounts for every one of them. On a
 * schedule every message has an intended moment; a stall does not lower the load, what is overdue
 * goes out when it can.
 */
export class Publisher {
  readonly #spec: PublisherSpec;
  readonly #clock: Clock;
  readonly #tally: PublisherTally;
  readonly #window: ConfirmWindow | undefined;
  readonly #confirmed = new SequenceSet();
  #channel: LoadPublisher | undefined;
  #instants: TrialInstants = { beginMicros: 0, startMicros: 0, stopMicros: 0 };
  #published = 0;
  #nacked = 0;
  #isWritable = true;
  #isTurnDue = false;
  #timer: NodeJS.Timeout | undefined;
  #whenAllConfirmed: () => void = () => {};

  constructor(spec: PublisherSpec, clock: Clock, tally: PublisherTally) {
    this.#spec = spec;
    this.#clock = clock;
    this.#tally = tally;
    this.#window =
      spec.confirmWindow === undefined ? undefined : new ConfirmWindow(spec.confirmWindow);
  }

  /** Connects; `onClosed` hears of an end of the connection that nobody asked for. */
  async open(client: LoadClient, onClosed: (error: BrokerError) => void): Promise<void> {
    const channel = await client.openPublisher(
      { ...this.#spec, confirms: this.#window !== undefined },
      {
        onConfirm: (tag, multiple, accepted) => this.#settle(tag, multiple, accepted),
        onWritable: () => {
          this.#isWritable = true;
          this.#send();
        },
        onClosed: (error) => {
          this.#channel = undefined;
          onClosed(error);
        },
      },
    );
    writePublisher(channel.buffer, channel.bodyOffset, this.#spec.id);
    this.#channel = channel;
  }

  /** Publishes until the stop instant; resolves when every confirm is in, at the latest at the limit. */
  async run(instants: TrialInstants, confirmLimitMicros: number): Promise<void> {
    this.#instants = instants;
    this.#wakeAt(instants.beginMicros);
    await sleepUntil(instants.stopMicros, this.#clock);
    clearTimeout(this.#timer);
    if (!this.#window || this.#window.inFlight === 0) return;
    const allConfirmed = new Promise<void>((resolve) => {
      this.#whenAllConfirmed = resolve;
    });
    await isInTime(allConfirmed, confirmLimitMicros / 1000);
  }

  close(): Promise<void> {
    return this.#channel?.close() ?? Promise.resolve();
  }

  account(): PlainPublisherAccount {
    return {
      publisher: this.#spec.id,
      published: this.#published,
      confirmed: this.#confirmed.toPlain(),
      nacked: this.#nacked,
      inDoubt: this.#window?.inFlight ?? 0,
    };
  }

  #wakeAt(micros: number): void {
    clearTimeout(this.#timer);
    const waitMillis = Math.ceil((micros - this.#clock.nowMicros()) / 1000);
    this.#timer = setTimeout(() => this.#send(), Math.max(0, waitMillis));
  }

  /** Sends what is due, up to one turn; whatever ends its wait calls it again. */
  #send(): void {
    for (let sent = 0; sent < turnMessages; sent++) {
      const channel = this.#channel;
      const now = this.#clock.nowMicros();
      if (channel === undefined || now >= this.#instants.stopMicros) return;
      if (!this.#isWritable || this.#window?.isFull) return;
      const intended = this.#intendedMicros(now);
      // A timer may fire a little before the clock says it is due, also the one for the first message.
      if (intended > now) {
        this.#wakeAt(intended);
        return;
      }
      this.#publish(channel, now, intended);
    }
    this.#takeAnotherTurn();
  }

  #takeAnotherTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      this.#send();
    });
  }

  /** Without a rate a message is meant to go when it goes. */
  #intendedMicros(now: number): number {
    const { ratePerSecond, phase } = this.#spec;
    const { beginMicros } = this.#instants;
    if (ratePerSecond === undefined) return Math.max(now, beginMicros);
    return beginMicros + ((this.#published + phase) * 1e6) / ratePerSecond;
  }

  #publish(channel: LoadPublisher, now: number, intended: number): void {
    const { beginMicros, startMicros } = this.#instants;
    const lag = now - intended;
    writeMessage(channel.buffer, channel.bodyOffset, this.#published, now - beginMicros, lag);
    this.#isWritable = channel.publish();
    this.#window?.add(now, intended);
    this.#published++;
    const tally = this.#tally;
    tally.counters[columnOf.published] = (tally.counters[columnOf.published] ?? 0) + 1;
    if (now < startMicros) return;
    tally.publishedInWindow++;
    if (this.#spec.ratePerSecond !== undefined) tally.publishLag.record(lag);
  }

  #settle(deliveryTag: number, multiple: boolean, accepted: boolean): void {
    this.#window?.settle(deliveryTag, multiple, accepted ? this.#onAccepted : this.#onRefused);
    if (this.#window?.inFlight === 0) this.#whenAllConfirmed();
    this.#send();
  }

  readonly #onAccepted = (tag: number, sentMicros: number, intendedMicros: number): void => {
    const now = this.#clock.nowMicros();
    const { startMicros, stopMicros } = this.#instants;
    const tally = this.#tally;
    this.#confirmed.add(tag - 1);
    tally.counters[columnOf.confirmed] = (tally.counters[columnOf.confirmed] ?? 0) + 1;
    if (now >= startMicros && now < stopMicros) tally.confirmedInWindow++;
    if (sentMicros < startMicros) return;
    tally.confirmService.record(now - sentMicros);
    if (this.#spec.ratePerSecond !== undefined) tally.confirm.record(now - intendedMicros);
  };

  readonly #onRefused = (): void => {
    this.#nacked++;
  };
}
