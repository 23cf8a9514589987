import type { MessagePort } from 'node:worker_threads';
import type { Guarantee, TlsOptions } from '../amqp/load-client.js';
import type { SequenceRange } from '../measure/runs.js';
import type { PlainSequenceBag } from '../measure/sequence-bag.js';
import type { PlainSequenceSet } from '../measure/sequence-set.js';
import type { PlainSequenceTimes } from '../measure/sequence-times.js';
import type { PublisherSchedule } from '../plan/load-plan.js';

/**
 * Everything that crosses between the main thread and the workers. A worker gets one task for a
 * whole trial, answers `ready`, is told the instants once, and returns its record at the end;
 * between the instants it asks nothing and is asked nothing.
 */

/** Moments on the clock that all threads share, µs. */
export interface TrialInstants {
  /** Publishing begins; the stamps of the trial count from here. */
  readonly beginMicros: number;
  /** What happens from `startMicros` up to `stopMicros` is measured; then publishing ends. */
  readonly startMicros: number;
  readonly stopMicros: number;
}

export type ControlMessage =
  | { readonly type: 'start'; readonly instants: TrialInstants }
  /** Publishers are done: consumers fetch what is left, as fast as it comes. */
  | { readonly type: 'drain' }
  /** The queues are empty, or the drain's limit is over: cancel, and return the record. */
  | { readonly type: 'finish' };

export interface ReadyMessage {
  readonly type: 'ready';
  /** Proof that this thread's clock counts from the same instant as the main thread's. */
  readonly clockOriginMillis: number;
}

/** The AMQP clients that load may go through. */
export type ClientName = 'wire' | 'amqplib';

interface WorkerTask {
  readonly client: ClientName;
  readonly port: MessagePort;
  readonly counters: SharedArrayBuffer;
  /** This thread's row of the counters. */
  readonly row: number;
  /** How TLS connections are made; holds the key of our certificate, a secret. */
  readonly tls: TlsOptions | undefined;
}

export interface PublisherSpec {
  readonly id: number;
  /** Where to connect to; when a connection is lost, the next one goes to the next of them. */
  readonly urls: readonly [string, ...string[]];
  readonly connectionName: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly payloadBytes: number;
  readonly persistent: boolean;
  readonly mandatory: boolean;
  readonly guarantee: Guarantee;
  /** Messages that may await their confirms, or that a transaction holds; of no use without either. */
  readonly window: number;
  /** What becomes of messages whose connection was lost before the broker had spoken of them. */
  readonly onReconnect: 'republish' | 'drop';
  /** `undefined` is as fast as the broker takes them. */
  readonly schedule: PublisherSchedule | undefined;
}

export interface PublisherTask extends WorkerTask {
  readonly publishers: readonly PublisherSpec[];
  /** The longest that confirms are awaited after the stop instant. */
  readonly confirmLimitMicros: number;
}

export interface ConsumerSpec {
  readonly id: number;
  /** Where to connect to; when a connection is lost, the next one goes to the next of them. */
  readonly urls: readonly [string, ...string[]];
  readonly connectionName: string;
  readonly queue: string;
  readonly prefetch: number;
  /** One acknowledgement for so many deliveries; `undefined` is none at all. */
  readonly acknowledgeEvery: number | undefined;
  /** Which share, 0 … 1, of the messages that come for the first time is given back. */
  readonly nackShare: number;
  /** Whether what is given back is queued again, or dropped (or dead-lettered). */
  readonly requeue: boolean;
  /** How long the consumer is busy with each message, one after the other, before it acknowledges. */
  readonly workMicros: number;
  /** The most messages a second that it acknowledges; `undefined` is no limit. */
  readonly ratePerSecond: number | undefined;
}

export interface ConsumerTask extends WorkerTask {
  readonly consumers: readonly ConsumerSpec[];
  /** Whether publishers follow a schedule, so that a message has an intended moment. */
  readonly scheduled: boolean;
}

/** Histograms cross as HdrHistogram base64, encoded after the trial's last message. */
interface WorkerRecord {
  /** For half of the measured window the thread's event loop was busy for this share, 0 … 1, or more. */
  readonly loopUtilization: number;
  /** Every connection that was lost, in the order of their loss, up to `outagesMax` a thread. */
  readonly outages: readonly Outage[];
  /** Losses beyond those. */
  readonly furtherOutages: number;
  readonly blockages: readonly Blockage[];
}

/** Losses that one thread tells of one by one; the further ones it only counts. */
export const outagesMax = 20_000;

/** A time during which a publisher or consumer had no connection; moments are µs of the shared clock. */
export interface Outage {
  readonly id: number;
  /** What the broker, or the socket, said. */
  readonly reason: string;
  readonly lostMicros: number;
  /** `undefined` when it had none to the end. */
  readonly restoredMicros: number | undefined;
  /** How often connecting was tried. */
  readonly attempts: number;
  /** Messages that the broker had not spoken of: 0 for a consumer, and without confirms. */
  readonly inDoubt: number;
}

/** A time during which the broker read nothing from a connection, and said so. */
export interface Blockage {
  readonly id: number;
  readonly reason: string;
  readonly sinceMicros: number;
  /** `undefined` when it lasted to the end. */
  readonly untilMicros: number | undefined;
}

export interface PublisherRecord extends WorkerRecord {
  readonly accounts: readonly PlainPublisherAccount[];
  readonly publishedInWindow: number;
  readonly confirmedInWindow: number;
  /** Messages due in the measured window, sent or not; 0 at rate max. */
  readonly offeredInWindow: number;
  /** Messages due before the stop instant that were never sent. */
  readonly unsent: number;
  readonly lagByPart: LagByPart;
  readonly confirmService: string;
  readonly confirm: string;
  readonly publishLag: string;
}

/** Into how many equal parts the measured window is divided to see whether lateness grows. */
export const lagParts = 10;

/**
 * How late messages left, by the part of the measured window that they left in: how many, and the sum of
 * how much later than they were due, µs. All zero at rate max.
 */
export interface LagByPart {
  readonly messages: readonly number[];
  readonly sumMicros: readonly number[];
}

/** What one publisher knows of its messages; see PublisherAccount. */
export interface PlainPublisherAccount {
  readonly publisher: number;
  readonly published: number;
  readonly confirmed: PlainSequenceSet;
  readonly nacked: number;
  readonly returned: PlainSequenceSet;
  readonly republished: PlainSequenceBag;
  readonly inDoubt: number;
  readonly sentAt: PlainSequenceTimes;
}

export interface ConsumerRecord extends WorkerRecord {
  readonly accounts: readonly PlainDeliveryAccount[];
  readonly consumedInWindow: number;
  readonly consumedBytesInWindow: number;
  /** Messages that arrived before they were sent: the clocks of two threads disagree. */
  readonly negativeLatencies: number;
  /** Deliveries too short to be of this trial. */
  readonly foreign: number;
  /** Queues of consumers that could not end in order: what the broker sent them, it may still hold. */
  readonly unfinishedQueues: readonly string[];
  readonly service: string;
  readonly endToEnd: string;
}

/** What one thread received of one publisher; see DeliveryAccount. */
export interface PlainDeliveryAccount {
  readonly publisher: number;
  readonly delivered: number;
  readonly redelivered: number;
  readonly plain: PlainSequenceBag;
  readonly again: PlainSequenceSet;
  readonly outOfOrder: PlainSequenceSet;
  readonly gaps: readonly SequenceRange[];
}

/** Errors lose their class between threads, so a worker's fate is told as plain data. */
export type WorkerOutcome<T> =
  | { readonly kind: 'record'; readonly record: T }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };
