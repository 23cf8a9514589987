import { BrokerError } from '../base/errors.js';
import { skipReason } from '../plan/feasibility.js';
import type { PlannedCase, PlannedTrial, TargetGroup } from '../plan/run-plan.js';
import type { GeneratorCeiling } from '../result/generator-ceiling.js';
import type { Latencies, Trial } from '../result/result.js';
import type { Cluster } from './cluster.js';
import type { Crews } from './crews.js';
import { mergeTrials } from './merge-latencies.js';
import type { LiveRates } from './sampler.js';
import { runTrial } from './trial.js';

/**
 * What a run tells while it goes on. `onTrial` gets the trial and the latencies of all valid trials
 * of its case; it is awaited, so that what was measured is safe before more is.
 */
export interface RunObserver {
  onSkip(skipped: PlannedCase, reason: string): void;
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
 * run. Throws a BrokerError that names the case when the broker fails, or the signal's reason.
 */
export async function runGroup(group: TargetGroup, context: GroupContext): Promise<void> {
  const runnable = new Set(group.cases.filter((one) => !isSkipped(one, context)));
  const trials = group.trials.filter(({ plannedCase }) => runnable.has(plannedCase));
  const done = new Map<PlannedCase, Trial[]>();
  for (const planned of trials) {
    context.observer.onTrialStart(planned);
    const { round, plannedCase } = planned;
    const trial = await runTrial(planned, {
      cluster: context.cluster,
      crews: context.crews,
      prefix: `${context.prefix}.r${round}c${plannedCase.index + 1}`,
      generatorCeiling: context.generatorCeiling,
      signal: context.signal,
      onRates: (rates) => context.observer.onRates(planned, rates),
    }).catch((thrown: unknown) => {
      throw inTrial(planned, thrown);
    });
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

function inTrial({ plannedCase, round }: PlannedTrial, thrown: unknown): unknown {
  if (!(thrown instanceof BrokerError)) return thrown;
  const { hint } = thrown;
  const message = `${thrown.message} (case ${plannedCase.name}, round ${round})`;
  return new BrokerError(message, { cause: thrown, ...(hint === undefined ? {} : { hint }) });
}
