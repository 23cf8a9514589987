import { closeLimitMillis, goodbyeLimitMillis } from '../amqp/load-client.js';
import { orAborted, orLate } from '../base/abort.js';
import { systemClock } from '../base/clock.js';
import { BrokerError } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { formatMicros } from '../base/units.js';
import type { ConsumerRecord, PublisherRecord, TrialInstants } from '../load/protocol.js';
import { readCounters } from '../measure/counters.js';
import type { CrewTrial } from './crew.js';
import type { Crews } from './crews.js';
import { inTime } from './in-time.js';
import type { Measured } from './measured.js';
import { type LiveRates, Sampler } from './sampler.js';
import type { Tasks } from './tasks.js';

/** The longest that connecting all publishers, and then all consumers, may take. */
const connectLimitMillis = 60_000;
/**
 * The longest that workers may take to disconnect and hand over what they recorded: longer than their
 * own limits for each step of it, so that what was measured is not thrown away.
 */
const recordLimitMillis = closeLimitMillis + goodbyeLimitMillis + 30_000;
/** Between the start message and the begin instant: time for every thread to hear of it. */
const leadMicros = 50_000;

export interface Drive {
  readonly crews: Crews;
  readonly tasks: Tasks;
  /** Asked when every thread has connected. */
  readonly nextInstants: () => TrialInstants;
  /**
   * Called when the publishers are done and the consumers no longer acknowledge; the consumers end
   * when it resolves. What it waits for, it waits for through `until`, which rejects when a thread
   * fails or the signal aborts.
   */
  readonly drain: (until: <T>(promise: Promise<T>) => Promise<T>) => Promise<void>;
  /** The longest that publishers may await their confirms after the stop instant, ms. */
  readonly confirmLimitMillis: number;
  readonly signal: AbortSignal;
  readonly onRates: (rates: LiveRates) => void;
  /** Called at the start and at the stop instant, for what is to be read right there. */
  readonly onWindow?: (edge: 'start' | 'stop') => void;
}

/**
 * Puts the threads through one trial: they connect, publish and consume between common instants, and
 * hand over what they recorded. Throws a BrokerError when the broker fails, or the signal's reason.
 */
export async function driveCrews(drive: Drive): Promise<Measured> {
  const { crews, tasks, signal } = drive;
  // One side after the other: a load balancer that deals connections out in turn then deals each side
  // its share of every node, and does so alike in every trial.
  const publishers = crews.publishers.begin(tasks.publishers);
  try {
    await connected(publishers, 'connect the publishers', signal);
    const consumers = crews.consumers.begin(tasks.consumers);
    try {
      await connected(consumers, 'connect the consumers', failureSignal([publishers], signal));
      return await measure(publishers, consumers, drive);
    } finally {
      consumers.close();
    }
  } finally {
    publishers.close();
  }
}

async function connected(
  crew: CrewTrial<unknown>,
  what: string,
  signal: AbortSignal,
): Promise<void> {
  await inTime(what, orAborted(crew.ready, failureSignal([crew], signal)), connectLimitMillis);
}

async function measure(
  publishers: CrewTrial<PublisherRecord>,
  consumers: CrewTrial<ConsumerRecord>,
  drive: Drive,
): Promise<Measured> {
  const sampler = new Sampler(drive.tasks.counters, drive.onRates);
  const signal = failureSignal([publishers, consumers], drive.signal);
  const until = <T>(promise: Promise<T>) => orAborted(promise, signal);
  try {
    const instants = drive.nextInstants();
    consumers.tell({ type: 'start', instants });
    publishers.tell({ type: 'start', instants });
    const cpuMicros = await watchWindow(instants, sampler, { ...drive, signal });
    const publisherRecords = await orLate(
      until(publishers.records),
      drive.confirmLimitMillis + recordLimitMillis,
      () => stuckPublishers(drive),
    );
    const publishersEndMicros = systemClock.nowMicros();
    consumers.tell({ type: 'drain' });
    await drive.drain(until);
    consumers.tell({ type: 'finish' });
    const finished = until(consumers.records);
    const consumerRecords = await inTime('disconnect consumers', finished, recordLimitMillis);
    return {
      instants,
      publishersEndMicros,
      consumersEndMicros: systemClock.nowMicros(),
      publishers: publisherRecords,
      consumers: consumerRecords,
      sampler,
      cpuMicros,
    };
  } finally {
    sampler.stop();
  }
}

/** A publisher that the broker reads nothing from cannot even say goodbye. */
function stuckPublishers({ tasks, confirmLimitMillis }: Drive): BrokerError {
  const limit = formatMicros((confirmLimitMillis + recordLimitMillis) * 1000);
  const { blocked } = readCounters(tasks.counters);
  const message = `could not disconnect the publishers within ${limit} of the stop instant`;
  if (blocked === 0) return new BrokerError(message);
  return new BrokerError(`${message}: the broker blocks ${blocked} of their connections`, {
    hint: 'A node lacks memory or disk. Free some, raise its limits, or publish less.',
  });
}

/** Begins as soon as every thread can have heard of it. */
export function instantsFromNow(measure: {
  readonly warmupMicros: number;
  readonly durationMicros: number;
}): TrialInstants {
  const beginMicros = systemClock.nowMicros() + leadMicros;
  const startMicros = beginMicros + measure.warmupMicros;
  return { beginMicros, startMicros, stopMicros: startMicros + measure.durationMicros };
}

/** Aborts as soon as a thread fails or the run is aborted. */
function failureSignal(crews: readonly CrewTrial<unknown>[], signal: AbortSignal): AbortSignal {
  const failed = new AbortController();
  for (const crew of crews) crew.records.catch((error: unknown) => failed.abort(error));
  return AbortSignal.any([failed.signal, signal]);
}

/** Samples from the begin to the stop instant; resolves to the CPU time spent in the window. */
async function watchWindow(
  instants: TrialInstants,
  sampler: Sampler,
  { signal, onWindow }: Pick<Drive, 'signal' | 'onWindow'>,
): Promise<number> {
  await sleepUntil(instants.beginMicros, systemClock, signal);
  sampler.start();
  await sleepUntil(instants.startMicros, systemClock, signal);
  const before = process.cpuUsage();
  onWindow?.('start');
  await sleepUntil(instants.stopMicros, systemClock, signal);
  const { user, system } = process.cpuUsage(before);
  sampler.stop();
  onWindow?.('stop');
  return user + system;
}
