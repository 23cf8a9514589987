import type { Expectation } from '../base/expectation.js';
import type { WrittenClaim } from './claim-schema.js';
import type { WrittenRate, WrittenStep } from './rate-schema.js';
import type { WrittenProfile } from './schema.js';
import type {
  Acknowledge,
  CaseSettings,
  Confirm,
  Rate,
  RateStep,
  Target,
  TestbedTarget,
  TlsSettings,
} from './settings.js';

/**
 * The settings that a checked profile, with one combination of `vary` applied, asks for; `tls` is what
 * was in the files that its target names.
 */
export function resolveCase(written: WrittenProfile, tls: TlsSettings | undefined): CaseSettings {
  const { queues, publishers, consumers, measure } = written;
  return {
    target: resolveTarget(written.target, tls),
    connect: written.connect,
    client: written.client,
    queues,
    publishers: {
      count: publishers.count ?? queues.count,
      rate: resolveRate(publishers.rate),
      arrivals: publishers.arrivals,
      payloadBytes: publishers.size,
      persistent: publishers.persistent,
      confirm: resolveConfirm(publishers.confirm),
      mandatory: publishers.mandatory,
      unroutable: publishers.unroutable,
      onReconnect: publishers.onReconnect,
    },
    consumers: {
      count: consumers.count ?? queues.count,
      prefetch: consumers.prefetch,
      acknowledge: resolveAcknowledge(consumers.ack),
      nack: consumers.nack === 'none' ? { share: 0, requeue: true } : consumers.nack,
      workMicros: consumers.work,
      ratePerSecond: consumers.rate === 'max' ? undefined : consumers.rate,
    },
    measure: {
      warmupMicros: measure.warmup,
      durationMicros: measure.duration,
      drainLimitMicros: measure.drain,
    },
  };
}

function resolveTarget(
  { testbed, url, management, nodes }: WrittenProfile['target'],
  tls: TlsSettings | undefined,
): Target {
  if (url !== undefined) {
    // The schema demands at least one address of a list.
    const urls = [url].flat() as [string, ...string[]];
    return { kind: 'attached', urls, tls, managementUrl: management, nodeUrls: nodes ?? [] };
  }
  // The schema demands one of the two, so that there is a testbed when there is no url.
  return { kind: 'testbed', ...(testbed as Omit<TestbedTarget, 'kind'>) };
}

function resolveRate(rate: WrittenRate): Rate {
  if (rate === 'max') return { kind: 'max' };
  if (typeof rate === 'number') return { kind: 'each', perSecond: rate };
  if ('each' in rate) return { kind: 'each', perSecond: resolveSchedule(rate.each) };
  if ('total' in rate) return { kind: 'total', perSecond: resolveSchedule(rate.total) };
  return { kind: 'of-capacity', share: rate.ofCapacity };
}

function resolveSchedule(written: number | readonly WrittenStep[]): number | RateStep[] {
  if (typeof written === 'number') return written;
  return written.map((step) => ({
    durationMicros: step.for,
    fromPerSecond: 'rate' in step ? step.rate : step.from,
    toPerSecond: 'rate' in step ? step.rate : step.to,
  }));
}

function resolveConfirm(confirm: WrittenProfile['publishers']['confirm']): Confirm {
  if (confirm === 'none') return { kind: 'none' };
  if ('window' in confirm) return { kind: 'window', window: confirm.window };
  return { kind: 'transaction', messages: confirm.transaction };
}

function resolveAcknowledge(ack: WrittenProfile['consumers']['ack']): Acknowledge {
  if (ack === 'none') return { kind: 'none' };
  return { kind: 'every', every: ack === 'each' ? 1 : ack.every };
}

/** The one limit that a claim's `expect` names. */
export function resolveExpectation(limits: WrittenClaim['expect']): Expectation {
  const { below, above, atLeast, atMost, between } = limits;
  if (below !== undefined) return { below };
  if (above !== undefined) return { above };
  if (atLeast !== undefined) return { atLeast };
  if (atMost !== undefined) return { atMost };
  // The schema demands exactly one limit, so that this is the one when the others are absent.
  return { between: between as [number, number] };
}
