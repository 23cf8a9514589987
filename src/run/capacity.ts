import { BrokerError } from '../base/errors.js';
import { formatCount } from '../base/units.js';
import { capacityOf } from '../base/vary-text.js';
import { asProbe, type CapacitySearch } from '../plan/capacity-searches.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { CaseSettings, Rate } from '../profile/settings.js';
import type { Capacity, CapacityProbe, Throughput, Trial } from '../result/result.js';
import { deliveriesPerMessage, isCarried, lagOf, workedOffPerSecond } from './carried.js';
import {
  bracketOf,
  closedLoopVerdicts,
  nextProbe,
  type ProbeVerdict,
  probesLeft,
  resolution,
} from './next-probe.js';

/** How every probe is measured: long enough for a backlog to show, short enough to make several. */
export const probeMeasure = { warmupMicros: 1e6, durationMicros: 4e6 } as const;
/** As many as a search takes as a rule, the trial at rate max among them. */
export const usualProbes = 7;
/** On a machine on which no two probes agree the search ends with what it has. */
const probesMax = 15;

/** Where a search is. */
export interface ProbeStep {
  readonly search: CapacitySearch;
  /** Counted from 1; the first one is the trial at rate max. */
  readonly number: number;
  /** How many there will be, as far as can be told. */
  readonly expected: number;
  /** The highest rate that counts as carried so far; `undefined` when none does. */
  readonly carriedPerSecond: number | undefined;
}

/** Runs one probe as a trial; what it throws ends the search. */
export type RunProbe = (planned: PlannedTrial, step: ProbeStep) => Promise<Trial>;

/**
 * Finds the highest rate that a search's cases carry. At rate max publishers overrun consumers, and a
 * broker that is busy taking in hands out less than it could: what is consumed then is no capacity. It
 * is where the search begins, which goes on at fixed rates. Throws a BrokerError when the cases carry
 * no rate at all.
 */
export async function findCapacity(search: CapacitySearch, runProbe: RunProbe): Promise<Capacity> {
  const closedLoop = plannedProbe(search, { kind: 'max' }, 1);
  const start = { search, number: 1, expected: usualProbes, carriedPerSecond: undefined };
  const { throughput } = await runProbe(closedLoop, start);
  const verdicts = firstVerdicts(search, throughput, closedLoop.plannedCase.settings);
  const probes: CapacityProbe[] = [];
  for (let perSecond = nextProbe(verdicts); perSecond !== undefined; ) {
    const number = probes.length + 2;
    const planned = plannedProbe(search, { kind: 'total', perSecond }, number);
    const trial = await runProbe(planned, stepOf(search, number, verdicts));
    const probe = toProbe(perSecond, trial, planned.plannedCase.settings);
    probes.push(probe);
    verdicts.push(probe);
    perSecond = probes.length < probesMax ? nextProbe(verdicts) : undefined;
  }
  const { carriedPerSecond, notCarriedPerSecond } = bracketOf(verdicts);
  if (carriedPerSecond === undefined) throw carriesNothing(search, notCarriedPerSecond, probes);
  return {
    of: search.name,
    perSecond: carriedPerSecond,
    notCarriedPerSecond: notCarriedPerSecond ?? null,
    closedLoop: {
      publishedPerSecond: throughput.publishedPerSecond,
      consumedPerSecond: throughput.consumedPerSecond,
    },
    probes,
  };
}

function plannedProbe({ cases: [first] }: CapacitySearch, rate: Rate, number: number) {
  const plannedCase = asProbe(first, rate, probeMeasure);
  return { round: 1, position: number, plannedCase, arrivalsSeed: 0 };
}

function firstVerdicts(
  search: CapacitySearch,
  { publishedPerSecond, consumedPerSecond }: Throughput,
  settings: CaseSettings,
): ProbeVerdict[] {
  if (publishedPerSecond === 0) throw carriesNothing(search, undefined, []);
  const deliveries = deliveriesPerMessage(settings);
  const carriedPerSecond = deliveries > 0 ? consumedPerSecond / deliveries : publishedPerSecond;
  const workedOff = workedOffPerSecond(settings);
  return closedLoopVerdicts({
    publishedPerSecond: Math.min(publishedPerSecond, workedOff * resolution),
    carriedPerSecond: Math.min(carriedPerSecond, workedOff),
  });
}

function stepOf(
  search: CapacitySearch,
  number: number,
  verdicts: readonly ProbeVerdict[],
): ProbeStep {
  const { carriedPerSecond } = bracketOf(verdicts);
  return { search, number, expected: number - 1 + probesLeft(verdicts), carriedPerSecond };
}

function toProbe(ratePerSecond: number, trial: Trial, settings: CaseSettings): CapacityProbe {
  const { throughput, latencyMicros, ledger, valid } = trial;
  const { lost, lostBasis, leftInQueues, uncountedQueues } = ledger;
  const lag = lagOf(trial, settings, ratePerSecond);
  return {
    ...lag,
    isCarried: isCarried(trial, lag) && ratePerSecond <= workedOffPerSecond(settings),
    valid,
    publishedPerSecond: throughput.publishedPerSecond,
    consumedPerSecond: throughput.consumedPerSecond,
    serviceMicrosP50: latencyMicros.service?.p50 ?? null,
    ledger: { lost, lostBasis, leftInQueues, uncountedQueues },
  };
}

function carriesNothing(
  { name }: CapacitySearch,
  perSecond: number | undefined,
  probes: readonly CapacityProbe[],
): BrokerError {
  const least = perSecond === undefined ? 'nothing was published at rate max' : tooMuch(perSecond);
  const lost = probes.filter(({ ledger }) => ledger.lost > 0);
  const loss =
    lost.length === 0 ? '' : `; in ${lost.length} of ${probes.length} probes messages were lost`;
  const remedy =
    lost.length === 0
      ? ''
      : 'Do queues have a limit that drops messages, or was the drain too short (measure.drain)? ';
  return new BrokerError(`could not find the ${capacityOf(name)}: ${least}${loss}`, {
    hint: `${remedy}Ask for a rate of your own instead of publishers.rate.ofCapacity.`,
  });
}

function tooMuch(perSecond: number): string {
  return `even ${formatCount(perSecond)} msg/s were too much`;
}
