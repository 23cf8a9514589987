import { type LittlesLaw, littlesLaw } from '../measure/littles-law.js';
import { type SteadyState, steadyState } from '../measure/steady-state.js';
import { isConstant } from '../plan/rate-curve.js';
import type { CaseSettings } from '../profile/settings.js';
import type { Trial } from '../result/result.js';
import type { FinishedTrial } from './measured.js';

/**
 * Whether the trial's throughput had settled: of what was consumed and what was published the less
 * settled one, for results are read and claims are judged by either, and at rate max either may drift
 * while the other stands still. Null where the rate asked for changes, for then it is not meant to.
 */
export function steadyStateOf({ planned, sampler, instants }: FinishedTrial): SteadyState | null {
  const { settings } = planned.plannedCase;
  if (!isConstant(settings.publishers.rate)) return null;
  const published = steadyState(sampler.samples, 'published', instants);
  // Consumers get a transaction at a time, in steps that may be longer than what is judged.
  if (isScheduledTransaction(settings)) return published;
  const consumed = steadyState(sampler.samples, 'consumed', instants);
  if (consumed.verdict !== published.verdict) {
    return published.verdict === 'unsettled' ? published : consumed;
  }
  const shiftOf = ({ shiftShare }: SteadyState) => Math.abs(shiftShare ?? 0);
  return shiftOf(published) > shiftOf(consumed) ? published : consumed;
}

/**
 * Holds confirms and deliveries against Little's law, where every message took the plain way and
 * nothing keeps step with the samples.
 */
export function littlesLawOf(
  { planned, sampler, instants }: FinishedTrial,
  measured: Pick<Trial, 'throughput' | 'latencyMicros' | 'ledger' | 'connections' | 'steadyState'>,
): Trial['littlesLaw'] {
  const { settings } = planned.plannedCase;
  const { throughput, latencyMicros } = measured;
  const judge = (
    to: 'confirmed' | 'consumed',
    perSecond: number,
    latency: { readonly mean: number } | undefined,
  ): LittlesLaw | null => {
    if (latency === undefined) return null;
    const passage = { from: 'published', to, perSecond, meanMicros: latency.mean } as const;
    return littlesLaw(sampler.samples, passage, instants);
  };
  if (comesInSteps(settings)) return { confirms: null, service: null };
  return {
    confirms: areConfirmsPlain(measured)
      ? judge('confirmed', throughput.confirmedPerSecond, latencyMicros.confirmService)
      : null,
    service: areDeliveriesPlain(measured)
      ? judge('consumed', throughput.consumedPerSecond, latencyMicros.service)
      : null,
  };
}

/**
 * On a schedule a transaction fills up over a fixed time, and so does the prefetch of a consumer that
 * works at a pace: at every sample as many messages could be under way, which need not be the mean.
 */
function comesInSteps(settings: CaseSettings): boolean {
  const { workMicros, ratePerSecond } = settings.consumers;
  return isScheduledTransaction(settings) || workMicros > 0 || ratePerSecond !== undefined;
}

function isScheduledTransaction({ publishers }: CaseSettings): boolean {
  return publishers.rate.kind !== 'max' && publishers.confirm.kind === 'transaction';
}

type Plainness = Pick<Trial, 'ledger' | 'connections' | 'steadyState'>;

/** Every message that left was confirmed once: the counters' difference is what awaits its confirm. */
function areConfirmsPlain({ ledger, connections }: Plainness): boolean {
  const { nacked, inDoubt, republished } = ledger;
  return connections.lost === 0 && [nacked, inDoubt, republished].every((count) => count === 0);
}

/** Every message that left was delivered once, sooner or later, and no queue just grew. */
function areDeliveriesPlain(measured: Plainness): boolean {
  const { ledger, steadyState } = measured;
  const { published, delivered, unique, redelivered, foreign, leftInQueues } = ledger;
  return (
    areConfirmsPlain(measured) &&
    steadyState?.verdict !== 'unsettled' &&
    [delivered, unique].every((count) => count === published) &&
    [redelivered, foreign, leftInQueues].every((count) => count === 0)
  );
}
