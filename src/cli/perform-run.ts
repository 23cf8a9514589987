import { randomBytes, randomInt } from 'node:crypto';
import { UsageError } from '../base/errors.js';
import { capacityOf } from '../base/vary-text.js';
import { judgeClaims } from '../gate/claims.js';
import { planRun, type RunPlan, type TargetGroup } from '../plan/run-plan.js';
import type { Profile } from '../profile/settings.js';
import { capacityText } from '../report/capacity-lines.js';
import { toGeneratorCeiling } from '../result/calibration.js';
import { calibrationPath, findCalibration } from '../result/calibration-file.js';
import { describeEnvironment } from '../result/environment.js';
import type { Environment, Result } from '../result/result.js';
import { ResultDraft } from '../result/result-draft.js';
import { writeResult } from '../result/result-file.js';
import { type Cluster, openCluster } from '../run/cluster.js';
import { type Crews, endCrews, hireCrews } from '../run/crews.js';
import { type RunObserver, runGroup } from '../run/run-group.js';
import { defaultStateRoot } from '../testbed/state-file.js';
import type { Progress } from './progress.js';
import { runsHere } from './shared-machine.js';
import { TrialProgress } from './trial-progress.js';
import { withCluster } from './with-cluster.js';

export interface RunOptions {
  /** Where the result goes; written before the first trial and after each. */
  readonly path: string;
  readonly startedAt: Date;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** How a run ended: with `error` when something cut it short. The result is what was measured. */
export interface RunEnd {
  readonly result: Result;
  readonly error: unknown;
}

/**
 * Runs a profile from the first cluster to the last: plans, measures, judges its claims, and keeps
 * the result on disk up to date. Whatever goes wrong is told in how it ended.
 */
export async function performRun(profile: Profile, options: RunOptions): Promise<RunEnd> {
  const plan = planRun(profile, profile.seed ?? randomInt(2 ** 31));
  const crews = hireCrews();
  const { environment, whyNoCeiling } = await environmentOf(crews, plan);
  const draft = draftOf(profile, plan, { environment, startedAt: options.startedAt });
  const snapshot = (interrupted: boolean): Result =>
    draft.snapshot({ interrupted, claims: judgeClaims(profile.claims, draft.cases) });
  // Until the run is over its file says that it was cut short, for a kill -9 leaves it as it is.
  const save = () => writeResult(options.path, snapshot(true));
  try {
    await save();
    lack(whyNoCeiling, draft, options.progress);
    const whole = {
      trials: plan.groups.flatMap((group) => group.trials),
      searches: plan.groups.flatMap((group) => group.searches),
    };
    const trials = new TrialProgress(whole, Date.now);
    for (const group of plan.groups) {
      const observer = observe(group, { draft, trials, progress: options.progress, save });
      await runOnCluster(group, { profile, crews, environment, draft, observer }, options);
    }
    refuseEmpty(draft);
    const result = snapshot(false);
    await writeResult(options.path, result);
    return { result, error: undefined };
  } catch (error) {
    return { result: snapshot(true), error };
  } finally {
    options.progress.end();
    await endCrews(crews);
  }
}

/** This machine, with what its generator can do where a calibration of it tells. */
async function environmentOf(
  crews: Crews,
  plan: RunPlan,
): Promise<{ readonly environment: Environment; readonly whyNoCeiling: readonly string[] }> {
  const machine = describeEnvironment({
    publisherThreads: crews.publishers.threads,
    consumerThreads: crews.consumers.threads,
  });
  const path = calibrationPath(defaultStateRoot());
  const { calibration, whyNot } = await findCalibration(path, machine);
  const generatorCeiling = calibration ? toGeneratorCeiling(calibration) : null;
  const sharedWithBroker = plan.groups.some(({ target }) => runsHere(target));
  return {
    environment: { ...machine, generatorCeiling, sharedWithBroker },
    whyNoCeiling: whyNot === undefined ? [] : [whyNot],
  };
}

function lack(missing: readonly string[], draft: ResultDraft, progress: Progress): void {
  draft.lacks(missing);
  for (const text of missing) progress.note(text);
}

function draftOf(
  profile: Profile,
  plan: RunPlan,
  run: { readonly environment: Environment; readonly startedAt: Date },
): ResultDraft {
  const id = randomBytes(4).toString('hex');
  return new ResultDraft({
    id,
    startedAt: run.startedAt.toISOString(),
    profile: { ...profile.source, name: profile.name },
    seed: plan.seed,
    environment: run.environment,
    cases: plan.cases.map(({ name, vary, settings: { target: _, ...settings } }) => ({
      name,
      vary,
      settings,
    })),
  });
}

async function runOnCluster(
  group: TargetGroup,
  run: {
    readonly profile: Profile;
    readonly crews: Crews;
    readonly environment: Environment;
    readonly draft: ResultDraft;
    readonly observer: RunObserver;
  },
  { signal, progress }: RunOptions,
): Promise<void> {
  const onProgress = (text: string) => progress.now(text);
  const options = { name: run.profile.name, signal, onProgress };
  await withCluster(group.target, options, async (addresses, ending) => {
    const cluster = await openCluster(addresses);
    try {
      lack(cluster.missing, run.draft, progress);
      noteCluster(group, cluster, run.draft);
      const prefix = `rmqbench.${randomBytes(3).toString('hex')}`;
      const { crews, environment, observer } = run;
      const { generatorCeiling } = environment;
      await runGroup(group, {
        cluster,
        crews,
        prefix,
        generatorCeiling,
        signal: ending,
        observer,
      });
    } finally {
      await cluster.close();
    }
  });
}

function noteCluster(group: TargetGroup, cluster: Cluster, draft: ResultDraft): void {
  const { product, version, erlang } = cluster.identity;
  draft.ranOn(
    group.cases.map(({ index }) => index),
    { product, version, erlang: erlang ?? null, nodes: cluster.nodes },
    cluster.addresses.loadBalancer,
  );
}

function observe(
  group: TargetGroup,
  run: {
    readonly draft: ResultDraft;
    readonly trials: TrialProgress;
    readonly progress: Progress;
    readonly save: () => Promise<void>;
  },
): RunObserver {
  const { draft, trials, progress } = run;
  return {
    onSkip: (skipped, reason) => {
      draft.skip(skipped.index, reason);
      trials.skip(group.trials.filter(({ plannedCase }) => plannedCase === skipped));
      progress.note(`skipping ${skipped.name}: ${reason}`);
    },
    onProbe: (step) => {
      if (step.number === 1) progress.now(`finding the ${capacityOf(step.search.name)}`);
      progress.live(trials.probe(step));
    },
    onCapacity: async ({ cases }, capacity) => {
      trials.endProbe();
      draft.carry(
        cases.map(({ index }) => index),
        capacity,
      );
      await run.save();
      progress.note(capacityText(capacity));
    },
    onTrialStart: (planned) => progress.live(trials.start(planned)),
    onRates: (planned, rates) => progress.live(trials.rates(planned, rates)),
    onTrial: async (planned, trial, ofCase) => {
      draft.addTrial(planned.plannedCase.index, trial, ofCase);
      await run.save();
      progress.note(trials.finish(planned, trial));
    },
  };
}

function refuseEmpty(draft: ResultDraft): void {
  const { cases } = draft;
  if (cases.some(({ skipped }) => skipped === undefined)) return;
  const reasons = [...new Set(cases.map(({ skipped }) => skipped))];
  throw new UsageError(`this cluster can run no case of the profile: ${reasons.join('; ')}`);
}
