import type { LoadClient, LoadPublisher } from '../amqp/load-client.js';
import { isInTime } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import type { BrokerError } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { columnOf } from '../measure/counters.js';
import type { LatencyHistogram } from '../measure/latency-histogram.js';
import { SequenceSet } from '../measure/sequence-set.js';
import { stampBytes, writeMessage, writePublisher } from '../measure/stamp.js';
import { ConfirmWindow } from './confirm-window.js';
import type { PlainPublisherAccount, PublisherSpec, TrialInstants } from './protocol.js';

/** What one publisher sends before the others of its thread get their turn. */
const turnMessagesMax = 512;
const turnBytesMax = 64 * 1024;
/**
 * What leaves at one reading of the clock, which costs as much as sending a message: so little that it
 * is laid out within some microseconds, the resolution of the stamp.
 */
const readingMessagesMax = 64;
const readingBytesMax = 8 * 1024;

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
  readonly #messagesPerTurn: number;
  readonly #messagesPerReading: number;
  #arrivedMicros = 0;
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
    const within = (bytes: number) => Math.max(1, Math.floor(bytes / spec.payloadBytes));
    this.#messagesPerTurn = Math.min(turnMessagesMax, within(turnBytesMax));
    this.#messagesPerReading = Math.min(readingMessagesMax, within(readingBytesMax));
  }

  /** Connects; `onClosed` hears of an end of the connection that nobody asked for. */
  async open(client: LoadClient, onClosed: (error: BrokerError) => void): Promise<void> {
    const { persistent, ...options } = this.#spec;
    this.#channel = await client.openPublisher(
      {
        ...options,
        bodyHead: stampOf(this.#spec.id),
        properties: { deliveryMode: persistent ? 2 : 1 },
        mandatory: false,
        guarantee: this.#window === undefined ? 'none' : 'confirm',
      },
      {
        onArrival: () => {
          this.#arrivedMicros = this.#clock.nowMicros();
        },
        onConfirm: (tag, multiple, accepted) => {
          this.#window?.settle(tag, multiple, accepted ? this.#onAccepted : this.#onRefused);
        },
        onArrivalEnd: () => this.#goOn(),
        onWritable: () => {
          this.#isWritable = true;
          this.#takeAnotherTurn();
        },
        onClosed: (error) => {
          this.#channel = undefined;
          onClosed(error);
        },
      },
    );
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

  /** Confirms may have made room, and may have been the last ones awaited. */
  #goOn(): void {
    if (this.#window === undefined) return;
    if (this.#window.inFlight === 0) this.#whenAllConfirmed();
    this.#send();
  }

  /** Sends what is due, up to one turn; whatever ends its wait calls it again. */
  #send(): void {
    const channel = this.#channel;
    if (channel === undefined) return;
    let left = this.#messagesPerTurn;
    while (left > 0 && this.#maySend) {
      const now = this.#clock.nowMicros();
      if (now >= this.#instants.stopMicros) break;
      const sent = this.#sendDue(channel, now, Math.min(left, this.#messagesPerReading));
      left -= sent;
      if (sent === 0) {
        this.#wakeAt(this.#intendedMicros(now));
        break;
      }
    }
    if (left < this.#messagesPerTurn) this.#isWritable = channel.flush();
    if (left === 0) this.#takeAnotherTurn();
  }

  get #maySend(): boolean {
    return this.#isWritable && !this.#window?.isFull;
  }

  /** Sends up to so many of the messages that are due now; returns how many. */
  #sendDue(channel: LoadPublisher, now: number, limit: number): number {
    let sent = 0;
    for (; sent < limit && this.#maySend; sent++) {
      const intended = this.#intendedMicros(now);
      // A timer may fire a little before the clock says it is due, also the one for the first message.
      if (intended > now) break;
      this.#publish(channel, now, intended);
    }
    const { counters } = this.#tally;
    counters[columnOf.published] = (counters[columnOf.published] ?? 0) + sent;
    if (now >= this.#instants.startMicros) this.#tally.publishedInWindow += sent;
    return sent;
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
    if (this.#spec.ratePerSecond !== undefined && now >= startMicros) {
      this.#tally.publishLag.record(lag);
    }
  }

  /** A confirm's moment is the one at which it was read from the socket. */
  readonly #onAccepted = (tag: number, sentMicros: number, intendedMicros: number): void => {
    const now = this.#arrivedMicros;
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

function stampOf(publisher: number): Buffer {
  const stamp = Buffer.alloc(stampBytes);
  writePublisher(stamp, 0, publisher);
  return stamp;
}
