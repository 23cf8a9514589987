import type { CaseSettings } from '../profile/settings.js';
import type { CeilingMode, GeneratorCeiling } from '../result/generator-ceiling.js';

/** Messages that may await their confirms. */
const confirmWindow = 1000;
/** So many that a consumer never waits for the news of its acknowledgements to come back. */
const prefetch = 10_000;
const messagesPerAcknowledgement = 100;
/** What is under way at the stop instant must come home within this. */
const drainLimitMicros = 30e6;

/** One ceiling to be measured. */
export interface CeilingAsked {
  readonly mode: CeilingMode;
  readonly payloadBytes: number;
  readonly client: GeneratorCeiling['client'];
  readonly warmupMicros: number;
  readonly durationMicros: number;
}

/**
 * A ceiling as a case like any other, for a broker at `url`: one publisher or one consumer or both,
 * transient messages as fast as they go. A loop asks for no promises on either side: the fastest path.
 */
export function ceilingSettings(asked: CeilingAsked, url: string): CaseSettings {
  const { mode, payloadBytes, client, warmupMicros, durationMicros } = asked;
  const isPublishing = mode === 'publish' || mode === 'publish-confirm' || mode === 'loop';
  const isConsuming = mode === 'consume' || mode === 'consume-ack' || mode === 'loop';
  return {
    target: {
      kind: 'attached',
      urls: [url],
      tls: undefined,
      managementUrl: undefined,
      nodeUrls: [],
    },
    connect: 'load-balancer',
    client,
    queues: {
      layout: 'direct',
      count: 1,
      type: 'classic',
      mirrors: 'none',
      durable: false,
      arguments: {},
    },
    publishers: {
      count: isPublishing ? 1 : 0,
      rate: { kind: 'max' },
      arrivals: 'constant',
      payloadBytes,
      persistent: false,
      confirm:
        mode === 'publish-confirm' ? { kind: 'window', window: confirmWindow } : { kind: 'none' },
      mandatory: false,
      unroutable: 0,
      onReconnect: 'republish',
    },
    consumers: {
      count: isConsuming ? 1 : 0,
      prefetch,
      acknowledge:
        mode === 'consume-ack'
          ? { kind: 'every', every: messagesPerAcknowledgement }
          : { kind: 'none' },
      nack: { share: 0, requeue: true },
      workMicros: 0,
      ratePerSecond: undefined,
    },
    measure: { warmupMicros, durationMicros, drainLimitMicros },
  };
}
