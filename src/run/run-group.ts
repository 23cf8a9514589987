import { BrokerError } from '../base/errors.js';
import { capacityOf } from '../base/vary-text.js';
import { type CapacitySearch, withRate } from '../plan/capacity-searches.js';
import { skipReason } from '../plan/feasibility.js';
import type { PlannedCase, PlannedTrial, TargetGroup } from '../plan/run-plan.js';
import type { GeneratorCeiling } from '../result/generator-ceiling.js';
import type { Capacity, Latencies, Trial } from '../result/result.js';
import { findCapacity, type ProbeStep } from './capacity.js';
import type { Cluster } from './cluster.js';
import type { Crews } from './crews.js';
import { mergeTrials } from './merge-latencies.js';
import type { LiveRates } from './sampler.js';
import { runTrial, type TrialContext } from './trial.js';

/**
 * What a run tells while it goes on. `onTrial` gets the trial and the latencies of all valid trials
 * of its case; it is awaited, so that what was measured is safe before more is, and so is `onCapacity`.
 * `onProbe` hears of a probe when it begins and while it goes on.
 */
export interface RunObserver {
  onSkip(skipped: PlannedCase, reason: string): void;
  onProbe(step: ProbeStep): void;
  onCapacity(search: CapacitySearch, capacity: Capacity): Promise<void>;
  onTrialStart(planned: PlannedTrial): void;
  onRates(planned: PlannedTrial, rates: LiveRates): void;
  onTrial(planned: PlannedTrial, trial: Trial, ofCase: Latencies): Promise<void>;
}

export interface GroupContext {
  readonly cluster: Cluster;
  readonly crews: Crews;
  /** Begins the name of everything that the run declares. */
  readonly prefix: string;
  readonly generatorCeiling: GeneratorCeiling | null;
  readonly signal: AbortSignal;
  readonly observer: RunObserver;
}

/**
 * Runs all trials of one target in their planned order, without the cases that its cluster cannot
 * run, after the capacities were found that their rates are shares of: once, so that rounds compare.
 * Throws a BrokerError that names the case when the broker fails, or the signal's reason. `run` runs
 * one trial.
 */
export async function runGroup(
  group: TargetGroup,
  context: GroupContext,
  run = runTrial,
): Promise<void> {
  const runnable = new Set(group.cases.filter((one) => !isSkipped(one, context)));
  const trials = group.trials.filter(({ plannedCase }) => runnable.has(plannedCase));
  // What the cases of a search have in common decides whether a cluster can run them.
  const searches = group.searches.filter(({ cases: [first] }) => runnable.has(first));
  const capacities = await findCapacities(searches, context, run);
  const done = new Map<PlannedCase, Trial[]>();
  for (const planned of trials) {
    context.observer.onTrialStart(planned);
    const { round, plannedCase } = planned;
    const name = `r${round}c${plannedCase.index + 1}`;
    const atRate = { ...planned, plannedCase: withKnownRate(plannedCase, capacities) };
    const onRates = (rates: LiveRates) => context.observer.onRates(planned, rates);
    const trial = await run(atRate, trialContext(context, name, onRates)).catch(
      failing(`case ${plannedCase.name}, round ${round}`),
    );
    const ofCase = [...(done.get(plannedCase) ?? []), trial];
    done.set(plannedCase, ofCase);
    await context.observer.onTrial(planned, trial, mergeTrials(ofCase));
  }
}

function isSkipped(one: PlannedCase, { cluster, observer }: GroupContext): boolean {
  const reason = skipReason(one.settings, {
    version: cluster.identity.version,
    hasManagementApi: cluster.management !== undefined,
    nodeCount: cluster.nodes.length || cluster.addresses.nodeUrls.length || undefined,
  });
  if (reason !== undefined) observer.onSkip(one, reason);
  return reason !== undefined;
}

/** What each case can carry whose rate is a share of that. */
async function findCapacities(
  searches: readonly CapacitySearch[],
  context: GroupContext,
  run: typeof runTrial,
): Promise<ReadonlyMap<PlannedCase, Capacity>> {
  const capacities = new Map<PlannedCase, Capacity>();
  for (const search of searches) {
    const capacity = await findCapacity(search, (planned, step) => {
      const { observer } = context;
      observer.onProbe(step);
      const name = `p${step.number}c${planned.plannedCase.index + 1}`;
      const where = `finding the ${capacityOf(search.name)}, probe ${step.number}`;
      return run(
        planned,
        trialContext(context, name, () => observer.onProbe(step)),
      ).catch(failing(where));
    });
    for (const one of search.cases) capacities.set(one, capacity);
    await context.observer.onCapacity(search, capacity);
  }
  return capacities;
}

function withKnownRate(
  one: PlannedCase,
  capacities: ReadonlyMap<PlannedCase, Capacity>,
): PlannedCase {
  const { rate } = one.settings.publishers;
  const capacity = capacities.get(one);
  if (rate.kind !== 'of-capacity' || capacity === undefined) return one;
  return withRate(one, { kind: 'total', perSecond: rate.share * capacity.perSecond });
}

function trialContext(
  { cluster, crews, prefix, generatorCeiling, signal }: GroupContext,
  name: string,
  onRates: (rates: LiveRates) => void,
): TrialContext {
  return { cluster, crews, prefix: `${prefix}.${name}`, generatorCeiling, signal, onRates };
}

/** Throws on; a BrokerError says where the run was. */
function failing(where: string): (thrown: unknown) => never {
  return (thrown) => {
    if (!(thrown instanceof BrokerError)) throw thrown;
    const { hint } = thrown;
    const message = `${thrown.message} (${where})`;
    throw new BrokerError(message, { cause: thrown, ...(hint === undefined ? {} : { hint }) });
  };
}
