import type { MessagePort } from 'node:worker_threads';
import type { PlainSequenceSet } from '../measure/sequence-set.js';

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
  /** Publishers are done: consumers fetch what is left, without acknowledgements. */
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
}

export interface PublisherSpec {
  readonly id: number;
  readonly url: string;
  readonly connectionName: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly payloadBytes: number;
  readonly persistent: boolean;
  /** Messages that may await their confirms; `undefined` asks for no confirms. */
  readonly confirmWindow: number | undefined;
  /** `undefined` is as fast as the broker takes them. */
  readonly ratePerSecond: number | undefined;
  /** The part of a period by which this publisher's schedule is shifted, 0 … 1. */
  readonly phase: number;
}

export interface PublisherTask extends WorkerTask {
  readonly publishers: readonly PublisherSpec[];
  /** The longest that confirms are awaited after the stop instant. */
  readonly confirmLimitMicros: number;
}

export interface ConsumerSpec {
  readonly id: number;
  readonly url: string;
  readonly connectionName: string;
  readonly queue: string;
  readonly prefetch: number;
  /** One acknowledgement for so many deliveries; `undefined` is none at all. */
  readonly acknowledgeEvery: number | undefined;
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
}

export interface PublisherRecord extends WorkerRecord {
  readonly accounts: readonly PlainPublisherAccount[];
  readonly publishedInWindow: number;
  readonly confirmedInWindow: number;
  readonly confirmService: string;
  readonly confirm: string;
  readonly publishLag: string;
}

export interface PlainPublisherAccount {
  readonly publisher: number;
  readonly published: number;
  readonly confirmed: PlainSequenceSet;
  readonly nacked: number;
  readonly inDoubt: number;
}

export interface ConsumerRecord extends WorkerRecord {
  readonly accounts: readonly PlainDeliveryAccount[];
  readonly consumedInWindow: number;
  readonly consumedBytesInWindow: number;
  /** Messages that arrived before they were sent: the clocks of two threads disagree. */
  readonly negativeLatencies: number;
  readonly service: string;
  readonly endToEnd: string;
}

export interface PlainDeliveryAccount {
  readonly publisher: number;
  readonly delivered: number;
  readonly redelivered: number;
  readonly repeated: number;
  readonly first: PlainSequenceSet;
  readonly again: PlainSequenceSet;
}

/** Errors lose their class between threads, so a worker's fate is told as plain data. */
export type WorkerOutcome<T> =
  | { readonly kind: 'record'; readonly record: T }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };
