import type { Capacity, CapacityProbe } from '../../src/result/result.js';

/** A probe that was carried, and in which nothing is odd. */
export function exampleProbe(changes: Partial<CapacityProbe> = {}): CapacityProbe {
  return {
    ratePerSecond: 8100,
    isCarried: true,
    behindSeconds: 0.004,
    valid: true,
    publishedPerSecond: 8100,
    consumedPerSecond: 8100,
    serviceMicrosP50: 2400,
    ledger: { lost: 0, lostBasis: 'confirmed', leftInQueues: 0, uncountedQueues: 0 },
    ...changes,
  };
}

/** A capacity that two probes led to. */
export function exampleCapacity(changes: Partial<Capacity> = {}): Capacity {
  return {
    of: 'mirrors=none',
    perSecond: 8100,
    notCarriedPerSecond: 8900,
    closedLoop: { publishedPerSecond: 20_600, consumedPerSecond: 9400 },
    probes: [exampleProbe(), exampleProbe({ ratePerSecond: 8900, isCarried: false })],
    ...changes,
  };
}
