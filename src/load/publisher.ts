import type { LoadPublisher, PublisherEvents } from '../amqp/load-client.js';
import { isInTime } from '../base/abort.js';
import { BrokerError } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { readSequence, stampOf, writeMessage } from '../measure/stamp.js';
import { addressOf } from './address-of.js';
import { Lifeline } from './lifeline.js';
import type { Seat } from './pacer.js';
import type { PlainPublisherAccount, PublisherSpec, TrialInstants } from './protocol.js';
import { PublisherBook } from './publisher-book.js';
import { PublisherMeter } from './publisher-meter.js';
import type { PublisherTally } from './publisher-tally.js';
import { Schedule } from './schedule.js';
import type { PublisherSurroundings } from './surroundings.js';
import { type Turn, turnOf } from './turn.js';
import { Unsettled } from './unsettled.js';

/** Before a publisher is told, nothing is due. */
const noInstants: TrialInstants = { beginMicros: 0, startMicros: 0, stopMicros: 0 };

/**
 * One publisher: sends stamped messages from the begin instant to the stop instant, as fast as its
 * confirm window and the socket allow or on its schedule, and accounts for every one of them. On a
 * schedule every message has an intended moment; a stall does not lower the load, what is overdue
 * goes out when it can. A connection that is lost is remade; what was in doubt then is sent again
 * before anything new, or given up, as the plan says.
 */
export class Publisher {
  readonly #spec: PublisherSpec;
  readonly #surroundings: PublisherSurroundings;
  readonly #tally: PublisherTally;
  /** `undefined` when the broker does not speak of messages. */
  readonly #unsettled: Unsettled | undefined;
  readonly #book: PublisherBook;
  readonly #lifeline: Lifeline<LoadPublisher>;
  readonly #turn: Turn;
  readonly #seat: Seat;
  /** `undefined` is as fast as it goes. */
  readonly #schedule: Schedule | undefined;
  #instants = noInstants;
  #meter: PublisherMeter;
  #arrivedMicros = 0;
  #isWritable = true;
  #isTurnDue = false;
  /** A transaction is being ended. */
  #isCommitting = false;
  #whenSettled: () => void = () => {};

  constructor(spec: PublisherSpec, surroundings: PublisherSurroundings, tally: PublisherTally) {
    this.#spec = spec;
    this.#surroundings = surroundings;
    this.#tally = tally;
    this.#unsettled =
      spec.guarantee === 'none'
        ? undefined
        : new Unsettled(spec.window, spec.onReconnect === 'republish');
    this.#schedule = spec.schedule && new Schedule(spec.schedule);
    this.#meter = this.#meterFor(noInstants);
    this.#book = new PublisherBook(spec.id);
    const owner = {
      id: spec.id,
      open: (onClosed: (error: BrokerError) => void, attempt: number) =>
        this.#open(onClosed, attempt),
      discard: (line: LoadPublisher) => void line.close().catch(() => {}),
      onUp: () => this.#onUp(),
      onDown: () => this.#onDown(),
    };
    this.#lifeline = new Lifeline(owner, tally.connections, surroundings.random);
    this.#turn = turnOf(spec.payloadBytes);
    this.#seat = surroundings.pacer.join(() => this.#send());
  }

  /** Connects; rejects with a BrokerError. */
  connect(): Promise<void> {
    return this.#lifeline.connect();
  }

  /** Publishes until the stop instant; resolves when the broker has spoken of all, or at the limit. */
  async run(instants: TrialInstants, confirmLimitMicros: number): Promise<void> {
    this.#instants = instants;
    this.#meter = this.#meterFor(instants);
    this.#seat.wakeAt(instants.beginMicros);
    await sleepUntil(instants.stopMicros, this.#surroundings.clock);
    this.#seat.wakeAt(Number.POSITIVE_INFINITY);
    this.#noteUnsent();
    this.#send();
    if (this.#awaited === 0) return;
    const settled = new Promise<void>((resolve) => {
      this.#whenSettled = resolve;
    });
    await isInTime(settled, confirmLimitMicros / 1000);
  }

  /** Disconnects in order, as far as there is a connection. */
  async close(): Promise<void> {
    this.#lifeline.end();
    try {
      await this.#lifeline.line?.close();
    } catch (thrown) {
      if (!(thrown instanceof BrokerError)) throw thrown;
      const { connections } = this.#tally;
      connections.onLost(this.#spec.id, thrown.message, this.#awaited);
      connections.onGivenUp(this.#spec.id);
    }
  }

  account(): PlainPublisherAccount {
    return this.#book.account(this.#awaited);
  }

  #open(onClosed: (error: BrokerError) => void, attempt: number): Promise<LoadPublisher> {
    const { persistent, window: _, urls, ...options } = this.#spec;
    const publishing = {
      ...options,
      url: addressOf(urls, attempt),
      tls: this.#surroundings.tls,
      bodyHead: stampOf(this.#spec.id),
      properties: { deliveryMode: persistent ? 2 : 1 },
    } as const;
    return this.#surroundings.client.openPublisher(publishing, this.#eventsWith(onClosed));
  }

  #eventsWith(onClosed: (error: BrokerError) => void): PublisherEvents {
    const { id } = this.#spec;
    const { connections } = this.#tally;
    return {
      onArrival: () => {
        this.#arrivedMicros = this.#surroundings.clock.nowMicros();
      },
      onConfirm: (tag, multiple, accepted) => {
        this.#unsettled?.settle(tag, multiple, accepted ? this.#onAccepted : this.#onRefused);
      },
      onReturn: (bytes, offset) => {
        this.#book.onReturned(readSequence(bytes, offset, this.#book.published));
      },
      onCommitted: () => {
        this.#isCommitting = false;
        this.#unsettled?.settleAll(this.#onAccepted);
      },
      onArrivalEnd: () => this.#goOn(),
      onWritable: () => {
        this.#isWritable = true;
        this.#takeAnotherTurn();
      },
      onBlocked: (reason) => connections.onBlocked(id, reason),
      onUnblocked: () => connections.onUnblocked(id),
      onClosed,
    };
  }

  #onUp(): void {
    this.#isWritable = true;
    this.#takeAnotherTurn();
  }

  #onDown(): number {
    this.#isCommitting = false;
    const inDoubt = this.#unsettled?.onChannelLost() ?? 0;
    if (this.#spec.onReconnect === 'drop') this.#book.onGivenUp(inDoubt);
    if (this.#awaited === 0) this.#whenSettled();
    return inDoubt;
  }

  get #awaited(): number {
    return this.#unsettled?.count ?? 0;
  }

  /** Confirms may have made room, and may have been the last ones awaited. */
  #goOn(): void {
    if (this.#unsettled === undefined) return;
    if (this.#unsettled.count === 0) this.#whenSettled();
    this.#send();
  }

  /** Sends what is due, up to one turn; whatever ends its wait calls it again. */
  #send(): void {
    const { line } = this.#lifeline;
    if (line === undefined) return;
    let left = this.#turn.messages;
    while (left > 0 && this.#maySend) {
      const sent = this.#sendSome(line, Math.min(left, this.#turn.messagesPerReading));
      left -= sent;
      if (sent === 0) break;
    }
    if (left < this.#turn.messages) this.#isWritable = line.flush();
    if (left === 0) this.#takeAnotherTurn();
    if (this.#spec.guarantee === 'transaction') this.#commitWhenDue(line);
  }

  get #maySend(): boolean {
    return this.#isWritable && !this.#unsettled?.isFull && !this.#isCommitting;
  }

  /** Sends up to so many messages at one reading of the clock; returns how many. */
  #sendSome(line: LoadPublisher, limit: number): number {
    const now = this.#surroundings.clock.nowMicros();
    if (this.#unsettled?.doubtful) return this.#sendAgain(line, now, limit);
    return now < this.#instants.stopMicros ? this.#sendDue(line, now, limit) : 0;
  }

  #sendDue(line: LoadPublisher, now: number, limit: number): number {
    this.#book.onSending(now);
    let sent = 0;
    for (; sent < limit && this.#maySend; sent++) {
      const intended = this.#intendedMicros(now);
      // The first message may be waited for, too.
      if (intended > now) break;
      this.#write(line, this.#book.published, now, intended);
      this.#meter.onDue(intended, now);
      this.#book.onPublished();
      this.#schedule?.advance();
    }
    if (sent === 0) this.#seat.wakeAt(this.#intendedMicros(now));
    this.#meter.onPublished(sent, now);
    return sent;
  }

  /** Messages in doubt go before all others, and also after the stop instant. */
  #sendAgain(line: LoadPublisher, now: number, limit: number): number {
    let sent = 0;
    for (; sent < limit && this.#maySend; sent++) {
      const message = this.#unsettled?.doubtful;
      if (message === undefined) break;
      this.#write(line, message.sequence, now, message.intendedMicros);
      this.#book.onRepublished(message.sequence);
      this.#unsettled?.takeDoubtful();
    }
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

  /** Without a schedule a message is meant to go when it goes. */
  #intendedMicros(now: number): number {
    const { beginMicros } = this.#instants;
    if (this.#schedule === undefined) return Math.max(now, beginMicros);
    return beginMicros + this.#schedule.nextMicros;
  }

  /** What was due before the stop instant and has not been sent by now never will be. */
  #noteUnsent(): void {
    const { beginMicros, startMicros, stopMicros } = this.#instants;
    const beforeWindow = this.#schedule?.passBefore(startMicros - beginMicros) ?? 0;
    const inWindow = this.#schedule?.passBefore(stopMicros - beginMicros) ?? 0;
    this.#meter.onUnsent(beforeWindow, inWindow);
  }

  #write(line: LoadPublisher, sequence: number, now: number, intended: number): void {
    const sent = now - this.#instants.beginMicros;
    writeMessage(line.buffer, line.bodyOffset, sequence, sent, now - intended);
    this.#isWritable = line.publish();
    this.#unsettled?.add(sequence, now, intended);
  }

  /** Ends a transaction that is full, and after the stop instant any that has something in it. */
  #commitWhenDue(line: LoadPublisher): void {
    const unsettled = this.#unsettled;
    if (!unsettled || unsettled.underWay === 0 || this.#isCommitting) return;
    const isOver = this.#surroundings.clock.nowMicros() >= this.#instants.stopMicros;
    if (!unsettled.isFull && !(isOver && unsettled.doubtful === undefined)) return;
    this.#isCommitting = true;
    // When it fails the line is lost, which is told by itself.
    line.commit().catch(() => {});
  }

  /** A confirm's moment is the one at which it was read from the socket. */
  readonly #onAccepted = (sequence: number, sentMicros: number, intendedMicros: number): void => {
    this.#book.onConfirmed(sequence);
    this.#meter.onConfirmed(this.#arrivedMicros, sentMicros, intendedMicros);
  };

  readonly #onRefused = (): void => this.#book.onNacked();

  #meterFor(instants: TrialInstants): PublisherMeter {
    const isScheduled = this.#schedule !== undefined;
    return new PublisherMeter(this.#tally, isScheduled, instants);
  }
}
