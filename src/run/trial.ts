import { isInTime } from '../base/abort.js';
import type { Watcher } from '../observe/watcher.js';
import { type LoadPlan, planLoad } from '../plan/load-plan.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { CaseSettings } from '../profile/settings.js';
import type { GeneratorCeiling } from '../result/generator-ceiling.js';
import type { Trial } from '../result/result.js';
import type { Cluster } from './cluster.js';
import type { Crews } from './crews.js';
import { awaitEmptyQueues } from './drain.js';
import { driveCrews, instantsFromNow } from './drive-crews.js';
import { inTime } from './in-time.js';
import type { Measured } from './measured.js';
import { discardTopology, removeTopology } from './remove-topology.js';
import type { LiveRates } from './sampler.js';
import { dealTasks, type Tasks } from './tasks.js';
import { declareTopology } from './topology.js';
import { type Redeclaration, TopologyKeeper } from './topology-keeper.js';
import { toTrial } from './trial-result.js';
import { watcherOf } from './watch-trial.js';

/** The longest that declaring may take. */
const declareLimitMillis = 60_000;
/** The longest that cleaning up after a failure may keep the user waiting for the news of it. */
const discardLimitMillis = 5_000;

export interface TrialContext {
  readonly cluster: Cluster;
  readonly crews: Crews;
  /** Begins the name of everything that the trial declares; its own among all trials. */
  readonly prefix: string;
  /** What this machine's generator can do, if that is known. */
  readonly generatorCeiling: GeneratorCeiling | null;
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
  const plan = planLoad(settings, context.prefix, planned.arrivalsSeed);
  const startedAt = new Date();
  try {
    const declared = declareTopology(plan, context.cluster, context.signal);
    await inTime('declare the queues', declared, declareLimitMillis);
    const tasks = dealTasks(plan, settings, {
      addresses: context.cluster.addresses,
      crews: context.crews,
    });
    const watcher = watcherOf(plan, context.cluster);
    const measured = await measure({ tasks, plan, settings, watcher }, context);
    const left = await removeTopology(plan, context.cluster);
    const watched = await watcher.finish();
    const finished = { planned, plan, startedAt, ...measured, ...left, watched };
    return toTrial(finished, context.generatorCeiling);
  } catch (thrown) {
    await isInTime(discardTopology(plan, context.cluster), discardLimitMillis);
    throw thrown;
  }
}

async function measure(
  work: {
    readonly tasks: Tasks;
    readonly plan: LoadPlan;
    readonly settings: CaseSettings;
    readonly watcher: Watcher;
  },
  { crews, cluster, signal, onRates }: TrialContext,
): Promise<Measured & { readonly redeclarations: readonly Redeclaration[] }> {
  const { tasks, plan, settings, watcher } = work;
  const drainMillis = settings.measure.drainLimitMicros / 1000;
  const keeper = new TopologyKeeper({ plan, cluster, counters: tasks.counters });
  keeper.start();
  try {
    await watcher.start();
    const measured = await driveCrews({
      crews,
      tasks,
      nextInstants: () => instantsFromNow(settings.measure),
      drain: (until) => awaitEmptyQueues({ plan, cluster, tasks }, drainMillis, until),
      confirmLimitMillis: drainMillis,
      signal,
      onRates,
      onWindow: (edge) => watcher.onWindow(edge),
    });
    return { ...measured, redeclarations: keeper.redeclarations };
  } finally {
    watcher.end();
    await keeper.stop();
  }
}
