import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { type PlannedTrial, planRun } from '../../src/plan/run-plan.js';
import type { Trial } from '../../src/result/result.js';
import { findCapacity, type ProbeStep, type RunProbe } from '../../src/run/capacity.js';
import { resolution } from '../../src/run/next-probe.js';
import { read } from '../profile/reading.js';
import { exampleLedger, exampleTrial } from '../support/example-result.js';
import { present } from '../support/fake-channel.js';

/** The search of a profile of one case. */
function searchOf(profile: string) {
  const text = `name: a\npublishers: { rate: { ofCapacity: 50% } }\n${profile}`;
  return present(planRun(read(text), 1).groups[0]?.searches[0]);
}

const search = searchOf('');

/** A broker that takes in twice what it can hand out, and hands out less while it is flooded. */
function brokerOf(capacity: number): RunProbe {
  return ({ plannedCase }) => {
    const { rate } = plannedCase.settings.publishers;
    const offered = rate.kind === 'total' ? (rate.perSecond as number) : null;
    const published = Math.min(offered ?? Number.POSITIVE_INFINITY, capacity * 2);
    const consumed = published <= capacity ? published : capacity * 0.7;
    return Promise.resolve(trialOf(offered, published, consumed));
  };
}

function trialOf(offered: number | null, published: number, consumed: number): Trial {
  const trial = exampleTrial(consumed);
  const rates = { offeredPerSecond: offered, publishedPerSecond: published };
  const series = {
    ...trial.series,
    publishedPerSecond: new Array<number>(50).fill(published),
    consumedPerSecond: new Array<number>(50).fill(consumed),
  };
  return { ...trial, throughput: { ...trial.throughput, ...rates }, series };
}

/** Looks on while a search goes on. */
class Watched {
  readonly steps: ProbeStep[] = [];
  readonly planned: PlannedTrial[] = [];
  readonly run: RunProbe;

  constructor(broker: RunProbe) {
    this.run = (planned, step) => {
      this.planned.push(planned);
      this.steps.push(step);
      return broker(planned, step);
    };
  }
}

describe('the capacity of a case', () => {
  test('is the highest rate that it carries, within the resolution', async () => {
    const capacities = fc.double({ min: 100, max: 1e6, noNaN: true });
    await fc.assert(
      fc.asyncProperty(capacities, async (capacity) => {
        const { perSecond, notCarriedPerSecond } = await findCapacity(search, brokerOf(capacity));
        expect(perSecond).toBeLessThanOrEqual(capacity);
        expect(notCarriedPerSecond).toBeGreaterThan(capacity);
        expect((notCarriedPerSecond ?? 0) / perSecond).toBeLessThanOrEqual(resolution * 1.000001);
      }),
    );
  });

  test('is told with all that led to it', async () => {
    const found = await findCapacity(search, brokerOf(10_000));
    expect(found.of).toBe('default');
    expect(found.closedLoop).toEqual({ publishedPerSecond: 20_000, consumedPerSecond: 7000 });
    expect(found.probes[0]).toEqual({
      ratePerSecond: Math.sqrt(7000 * 20_000),
      isCarried: false,
      behindSeconds: expect.closeTo(4.1 * (1 - 7000 / Math.sqrt(7000 * 20_000)), 9),
      valid: true,
      publishedPerSecond: Math.sqrt(7000 * 20_000),
      consumedPerSecond: 7000,
      serviceMicrosP50: null,
      ledger: { lost: 0, lostBasis: 'confirmed', leftInQueues: 0, uncountedQueues: 0 },
    });
    const carried = found.probes.filter(({ isCarried }) => isCarried);
    expect(Math.max(...carried.map(({ ratePerSecond }) => ratePerSecond))).toBe(found.perSecond);
  });

  test('is that of the messages sent, though some reach no consumer', async () => {
    const half = searchOf('queues: { count: 2 }\nvary: { publishers.unroutable: [1] }');
    const { probes } = await findCapacity(half, async ({ plannedCase }) => {
      const { rate } = plannedCase.settings.publishers;
      if (rate.kind !== 'total') return trialOf(null, 4000, 500);
      const offered = rate.perSecond as number;
      return trialOf(offered, offered, offered <= 2000 ? offered / 2 : 1000);
    });
    expect(probes[0]?.ratePerSecond).toBe(2000);
    expect(probes[0]?.isCarried).toBe(true);
  });

  test('does not exist where nothing was published', async () => {
    await expect(findCapacity(search, async () => trialOf(null, 0, 0))).rejects.toThrow(
      'could not find the capacity: nothing was published at rate max',
    );
  });

  test('does not exist where not even a trickle is carried', async () => {
    const losing: RunProbe = async (planned, step) => ({
      ...(await brokerOf(10_000)(planned, step)),
      ledger: exampleLedger({ lost: 1 }),
    });
    await expect(findCapacity(search, losing)).rejects.toThrow(BrokerError);
  });
});

describe('a search', () => {
  test('begins at rate max and goes on at rates of all publishers together', async () => {
    const watched = new Watched(brokerOf(5000));
    await findCapacity(search, watched.run);
    const kinds = watched.planned.map(
      ({ plannedCase }) => plannedCase.settings.publishers.rate.kind,
    );
    expect(kinds[0]).toBe('max');
    expect(new Set(kinds.slice(1))).toEqual(new Set(['total']));
  });

  test('counts its probes, and says how many there will be and what was carried so far', async () => {
    const watched = new Watched(brokerOf(5000));
    const { perSecond, probes } = await findCapacity(search, watched.run);
    expect(watched.steps.map(({ number }) => number)).toEqual(watched.steps.map((_, i) => i + 1));
    expect(watched.steps.at(-1)).toMatchObject({
      expected: probes.length + 1,
      carriedPerSecond: perSecond,
    });
  });

  test('ends without a limit where there is none', async () => {
    const found = await findCapacity(search, async ({ plannedCase }) => {
      const { rate } = plannedCase.settings.publishers;
      if (rate.kind !== 'total') return trialOf(null, 1000, 1000);
      const offered = rate.perSecond as number;
      return trialOf(offered, offered, offered);
    });
    expect(found.probes).toHaveLength(15);
    expect(found.notCarriedPerSecond).toBeNull();
    expect(found.perSecond).toBe(found.probes.at(-1)?.ratePerSecond);
  });

  test('ends with the error of a probe', async () => {
    const broken: RunProbe = async () => {
      throw new BrokerError('gone');
    };
    await expect(findCapacity(search, broken)).rejects.toThrow('gone');
  });

  test('is no more than its consumers work off, though they fetch more than that', async () => {
    const perConsumer = fc.integer({ min: 50, max: 500 });
    await fc.assert(
      fc.asyncProperty(perConsumer, fc.boolean(), async (pace, isWork) => {
        const said = isWork ? `work: ${1000 / pace}ms` : `rate: ${pace}/s`;
        const working = searchOf(`queues: { count: 6 }\nconsumers: { ${said} }`);
        const { perSecond } = await findCapacity(working, brokerOf(100_000));
        expect(perSecond).toBeLessThanOrEqual(6 * pace * 1.000001);
        expect(perSecond * resolution).toBeGreaterThanOrEqual(6 * pace * 0.999);
      }),
      { numRuns: 20 },
    );
  });

  test('that is not found because messages are lost is told as that, with what to do', async () => {
    const losing: RunProbe = async (planned, step) => ({
      ...(await brokerOf(1000)(planned, step)),
      ledger: exampleLedger({ lost: 3 }),
    });
    const error = await findCapacity(search, losing).catch((thrown: BrokerError) => thrown);
    expect(error).toBeInstanceOf(BrokerError);
    expect((error as BrokerError).message).toMatch(/; in (\d+) of \1 probes messages were lost$/);
    expect((error as BrokerError).hint).toContain('measure.drain');
  });
});
