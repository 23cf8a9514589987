import type {
  CaseSettings,
  Claim,
  ConsumerSettings,
  Profile,
  ProfileCase,
  PublisherSettings,
  QueueSettings,
  Target,
  VaryValue,
} from '../../src/profile/settings.js';

/** What a test may say of a case; everything else is filled in. */
export interface SettingsChanges {
  readonly target?: Target;
  readonly queues?: Partial<QueueSettings>;
  readonly publishers?: Partial<PublisherSettings>;
  readonly consumers?: Partial<ConsumerSettings>;
}

/** Settings of a small, ordinary case. */
export function settingsWith(changes: SettingsChanges = {}): CaseSettings {
  return {
    target: changes.target ?? testbedOf(3),
    connect: 'spread',
    client: 'amqplib',
    queues: {
      layout: 'direct',
      count: 1,
      type: 'classic',
      mirrors: 'none',
      durable: true,
      arguments: {},
      ...changes.queues,
    },
    publishers: {
      count: 1,
      rate: { kind: 'max' },
      arrivals: 'constant',
      payloadBytes: 12,
      persistent: false,
      confirm: { kind: 'window', window: 100 },
      mandatory: false,
      unroutable: 0,
      onReconnect: 'republish',
      ...changes.publishers,
    },
    consumers: {
      count: 1,
      prefetch: 100,
      acknowledge: { kind: 'every', every: 1 },
      nack: { share: 0, requeue: true },
      workMicros: 0,
      ratePerSecond: undefined,
      ...changes.consumers,
    },
    measure: { warmupMicros: 1e6, durationMicros: 5e6, drainLimitMicros: 30e6 },
  };
}

export function testbedOf(nodes: number): Target {
  return { kind: 'testbed', nodes, loadBalancers: 0, balance: 'roundrobin', tls: false };
}

export function profileCase(
  vary: Readonly<Record<string, VaryValue>>,
  changes: SettingsChanges = {},
): ProfileCase {
  return { vary, settings: settingsWith(changes) };
}

export function profileOf(
  cases: readonly ProfileCase[],
  more: { readonly rounds?: number; readonly claims?: readonly Claim[] } = {},
): Profile {
  return {
    name: 'example',
    description: undefined,
    rounds: more.rounds ?? 1,
    seed: undefined,
    cases,
    claims: more.claims ?? [],
    source: { name: 'example' },
  };
}
