import { isInTime, orAborted, orLate } from '../base/abort.js';
import { systemClock } from '../base/clock.js';
import { BrokerError } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { formatMicros } from '../base/units.js';
import type { TrialInstants } from '../load/protocol.js';
import { type LoadPlan, planLoad } from '../plan/load-plan.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { CaseSettings } from '../profile/settings.js';
import type { Trial } from '../result/result.js';
import type { Cluster } from './cluster.js';
import type { CrewTrial } from './crew.js';
import type { Crews } from './crews.js';
import { awaitEmptyQueues } from './drain.js';
import type { Measured } from './measured.js';
import { type LiveRates, Sampler } from './sampler.js';
import { dealTasks, type Tasks } from './tasks.js';
import { declareTopology, discardTopology, removeTopology } from './topology.js';
import { toTrial } from './trial-result.js';

/** The longest that declaring, and that connecting all publishers and consumers, may take. */
const declareLimitMillis = 60_000;
const connectLimitMillis = 60_000;
/** The longest that workers may take to hand over what they recorded. */
const recordLimitMillis = 30_000;
/** The longest that cleaning up after a failure may keep the user waiting for the news of it. */
const discardLimitMillis = 5_000;
/** Between the start message and the begin instant: time for every thread to hear of it. */
const leadMicros = 50_000;

export interface TrialContext {
  readonly cluster: Cluster;
  readonly crews: Crews;
  /** Begins the name of everything that the trial declares; its own among all trials. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly onRates: (rates: LiveRates) => void;
}

/**
 * Runs one case once: declares, connects, publishes and consumes between common instants, drains,
 * closes the books, and removes what it declared, also when it fails. Throws a BrokerError when the
 * broker fails, or the signal's reason.
 */
export async function runTrial(planned: PlannedTrial, context: TrialContext): Promise<Trial> {
  const { settings } = planned.plannedCase;
  const plan = planLoad(settings, context.prefix);
  const startedAt = new Date();
  try {
    const declared = declareTopology(plan, context.cluster, context.signal);
    await inTime('declare the queues', declared, declareLimitMillis);
    const tasks = dealTasks(plan, settings, {
      addresses: context.cluster.addresses,
      crews: context.crews,
    });
    const measured = await measure({ tasks, plan, settings }, context);
    const leftInQueues = await removeTopology(plan, context.cluster);
    return toTrial({ planned, startedAt, ...measured, leftInQueues });
  } catch (thrown) {
    await isInTime(discardTopology(plan, context.cluster), discardLimitMillis);
    throw thrown;
  }
}

async function measure(
  work: { readonly tasks: Tasks; readonly plan: LoadPlan; readonly settings: CaseSettings },
  context: TrialContext,
): Promise<Measured> {
  const { tasks, plan, settings } = work;
  const publishers = context.crews.publishers.begin(tasks.publishers);
  const consumers = context.crews.consumers.begin(tasks.consumers);
  const sampler = new Sampler(tasks.counters, context.onRates);
  const signal = failureSignal([publishers, consumers], context.signal);
  const until = <T>(promise: Promise<T>) => orAborted(promise, signal);
  try {
    const ready = until(Promise.all([publishers.ready, consumers.ready]));
    await inTime('connect publishers and consumers', ready, connectLimitMillis);
    const instants = nextInstants(settings);
    consumers.tell({ type: 'start', instants });
    publishers.tell({ type: 'start', instants });
    const cpuMicros = await watchWindow(instants, sampler, signal);
    const drainMillis = settings.measure.drainLimitMicros / 1000;
    const publisherRecords = await inTime(
      'disconnect publishers (does the broker block them, for want of memory or disk?)',
      until(publishers.records),
      drainMillis + recordLimitMillis,
    );
    consumers.tell({ type: 'drain' });
    await awaitEmptyQueues(
      { plan, cluster: context.cluster, counters: tasks.counters },
      drainMillis,
      until,
    );
    consumers.tell({ type: 'finish' });
    const finished = until(consumers.records);
    const consumerRecords = await inTime('disconnect consumers', finished, recordLimitMillis);
    return {
      instants,
      publishers: publisherRecords,
      consumers: consumerRecords,
      sampler,
      cpuMicros,
    };
  } finally {
    sampler.stop();
    publishers.close();
    consumers.close();
  }
}

/** Aborts as soon as a thread fails or the run is aborted. */
function failureSignal(crews: readonly CrewTrial<unknown>[], signal: AbortSignal): AbortSignal {
  const failed = new AbortController();
  for (const crew of crews) crew.records.catch((error: unknown) => failed.abort(error));
  return AbortSignal.any([failed.signal, signal]);
}

function inTime<T>(what: string, promise: Promise<T>, limitMillis: number): Promise<T> {
  const limit = formatMicros(limitMillis * 1000);
  return orLate(promise, limitMillis, () => new BrokerError(`could not ${what} within ${limit}`));
}

function nextInstants({ measure: { warmupMicros, durationMicros } }: CaseSettings): TrialInstants {
  const beginMicros = systemClock.nowMicros() + leadMicros;
  const startMicros = beginMicros + warmupMicros;
  return { beginMicros, startMicros, stopMicros: startMicros + durationMicros };
}

/** Samples from the begin to the stop instant; resolves to the CPU time spent in the window. */
async function watchWindow(
  instants: TrialInstants,
  sampler: Sampler,
  signal: AbortSignal,
): Promise<number> {
  await sleepUntil(instants.beginMicros, systemClock, signal);
  sampler.start();
  await sleepUntil(instants.startMicros, systemClock, signal);
  const before = process.cpuUsage();
  await sleepUntil(instants.stopMicros, systemClock, signal);
  const { user, system } = process.cpuUsage(before);
  sampler.stop();
  return user + system;
}
