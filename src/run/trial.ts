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
import { declareTopology, removeTopology } from './topology.js';
import { toTrial } from './trial-result.js';

/** The longest that connecting all publishers and consumers may take. */
const connectLimitMillis = 60_000;
/** The longest that workers may take to hand over what they recorded. */
const recordLimitMillis = 30_000;
/** The longest that cleaning up after a failure may keep the user waiting for the news of it. */
const removeLimitMillis = 5_000;
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
    await orAborted(declareTopology(plan, context.cluster), context.signal);
    const tasks = dealTasks(plan, settings, {
      addresses: context.cluster.addresses,
      crews: context.crews,
    });
    const measured = await measure({ tasks, plan, settings }, context);
    const leftInQueues = await removeTopology(plan, context.cluster);
    return toTrial({ planned, startedAt, ...measured, leftInQueues });
  } catch (thrown) {
    await removeAfterFailure(plan, context);
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
  const until = untilFailure([publishers, consumers], context.signal);
  try {
    await until(connected([publishers.ready, consumers.ready]));
    const instants = nextInstants(settings);
    consumers.tell({ type: 'start', instants });
    publishers.tell({ type: 'start', instants });
    const cpuMicros = await until(watchWindow(instants, sampler));
    const publisherRecords = await until(publishers.records);
    consumers.tell({ type: 'drain' });
    await until(awaitEmptyQueues(plan, context.cluster, settings.measure.drainLimitMicros));
    consumers.tell({ type: 'finish' });
    const consumerRecords = await until(handedOver(consumers.records));
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

/** Makes waits that end as soon as any thread fails or the run is aborted. */
function untilFailure(
  crews: readonly CrewTrial<unknown>[],
  signal: AbortSignal,
): <T>(promise: Promise<T>) => Promise<T> {
  const failed = new AbortController();
  for (const crew of crews) crew.records.catch((error: unknown) => failed.abort(error));
  const either = AbortSignal.any([failed.signal, signal]);
  return (promise) => orAborted(promise, either);
}

async function connected(ready: readonly Promise<void>[]): Promise<void> {
  const limit = formatMicros(connectLimitMillis * 1000);
  const late = () => new BrokerError(`publishers and consumers did not connect within ${limit}`);
  await orLate(Promise.all(ready), connectLimitMillis, late);
}

function handedOver<T>(records: Promise<T>): Promise<T> {
  const limit = formatMicros(recordLimitMillis * 1000);
  const late = () => new BrokerError(`consumers did not disconnect within ${limit}`);
  return orLate(records, recordLimitMillis, late);
}

function nextInstants({ measure: { warmupMicros, durationMicros } }: CaseSettings): TrialInstants {
  const beginMicros = systemClock.nowMicros() + leadMicros;
  const startMicros = beginMicros + warmupMicros;
  return { beginMicros, startMicros, stopMicros: startMicros + durationMicros };
}

/** Samples from the begin to the stop instant; resolves to the CPU time spent in the window. */
async function watchWindow(instants: TrialInstants, sampler: Sampler): Promise<number> {
  await sleepUntil(instants.beginMicros, systemClock);
  sampler.start();
  await sleepUntil(instants.startMicros, systemClock);
  const before = process.cpuUsage();
  await sleepUntil(instants.stopMicros, systemClock);
  const { user, system } = process.cpuUsage(before);
  sampler.stop();
  return user + system;
}

/** The failure is what the user must hear of, so that of the cleaning up is not told. */
async function removeAfterFailure(plan: LoadPlan, context: TrialContext): Promise<void> {
  await isInTime(removeTopology(plan, context.cluster), removeLimitMillis).catch(() => {});
}
