import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bracketOf,
  closedLoopVerdicts,
  nextProbe,
  type ProbeVerdict,
  probesLeft,
  resolution,
} from '../../src/run/next-probe.js';

/** What a trial at rate max showed: consumers got some part of what was published. */
interface ClosedLoop {
  readonly publishedPerSecond: number;
  readonly carriedPerSecond: number;
}

/** Searches by what `carries` says of each probe, the first of which is number 0. */
function search(closedLoop: ClosedLoop, carries: (rate: number, probe: number) => boolean) {
  const verdicts: ProbeVerdict[] = closedLoopVerdicts(closedLoop);
  const given = verdicts.length;
  for (let rate = nextProbe(verdicts); rate !== undefined; rate = nextProbe(verdicts)) {
    verdicts.push({ ratePerSecond: rate, isCarried: carries(rate, verdicts.length - given) });
    if (verdicts.length > 200) throw new Error('the search does not end');
  }
  return { ...bracketOf(verdicts), probes: verdicts.slice(given) };
}

const capacities = fc.double({ min: 1, max: 1e6, noNaN: true });
/** By how much the closed loop is off the capacity, either way. */
const factors = fc.double({ min: 0.05, max: 1, noNaN: true });

/** A capacity, and a trial at rate max that publishes more than it and consumes less. */
const honest = fc
  .tuple(capacities, factors, factors)
  .map(([capacity, below, above]) => ({
    capacity,
    closedLoop: { publishedPerSecond: capacity / above, carriedPerSecond: capacity * below },
  }))
  .filter(({ capacity, closedLoop }) => closedLoop.publishedPerSecond > capacity);

function expectFound(capacity: number, found: ReturnType<typeof search>): void {
  const { carriedPerSecond = Number.NaN, notCarriedPerSecond = Number.NaN } = found;
  expect(carriedPerSecond).toBeLessThanOrEqual(capacity);
  expect(notCarriedPerSecond).toBeGreaterThan(capacity);
  // A root times itself may be off by a hair.
  expect(notCarriedPerSecond / carriedPerSecond).toBeLessThanOrEqual(resolution * (1 + 1e-9));
}

describe('the search for a capacity', () => {
  test('finds it within the resolution, from below and from above', () => {
    fc.assert(
      fc.property(honest, ({ capacity, closedLoop }) => {
        expectFound(
          capacity,
          search(closedLoop, (rate) => rate <= capacity),
        );
      }),
    );
  });

  test('finds it just as well when one probe is wrong, whichever it is', () => {
    fc.assert(
      fc.property(honest, fc.nat(15), ({ capacity, closedLoop }, wrong) => {
        const found = search(closedLoop, (rate, probe) => rate <= capacity !== (probe === wrong));
        expectFound(capacity, found);
      }),
    );
  });

  test('finds it wherever it is, even where the trial at rate max was wrong about it', () => {
    const anywhere = fc.record({ publishedPerSecond: capacities, carriedPerSecond: capacities });
    fc.assert(
      fc.property(capacities, anywhere, (capacity, closedLoop) => {
        expectFound(
          capacity,
          search(closedLoop, (rate) => rate <= capacity),
        );
      }),
    );
  });

  test('ends when probes say whatever they like, as long as some limit is found', () => {
    const whims = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(honest, whims, ({ capacity, closedLoop }, whim) => {
        const says = (rate: number) => rate <= capacity * 10 && rate >= capacity / 10;
        const found = search(closedLoop, (rate) => {
          const { value } = whim.next();
          return says(rate) ? value === true : rate < capacity;
        });
        expect(found.carriedPerSecond).toBeLessThan(found.notCarriedPerSecond ?? Number.NaN);
      }),
    );
  });

  test('takes half a dozen probes where publishers overrun consumers by half', () => {
    const closedLoop = { publishedPerSecond: 20_000, carriedPerSecond: 9000 };
    expect(search(closedLoop, (rate) => rate <= 12_000).probes).toHaveLength(6);
  });

  test('probes the middle of what the trial at rate max leaves open first', () => {
    const verdicts = closedLoopVerdicts({ publishedPerSecond: 1600, carriedPerSecond: 400 });
    expect(nextProbe(verdicts)).toBe(800);
  });

  test('probes both ends of what it found once more', () => {
    const ends = [
      { ratePerSecond: 100, isCarried: true },
      { ratePerSecond: 109, isCarried: false },
    ];
    expect(nextProbe(ends)).toBe(100);
    expect(nextProbe([...ends, { ratePerSecond: 100, isCarried: true }])).toBe(109);
    expect(nextProbe([...ends, ...ends])).toBeUndefined();
  });

  test('probes a rate of which two probes disagree a third time', () => {
    const verdicts = [
      { ratePerSecond: 50, isCarried: true },
      { ratePerSecond: 100, isCarried: true },
      { ratePerSecond: 100, isCarried: false },
      { ratePerSecond: 200, isCarried: false },
    ];
    expect(nextProbe(verdicts)).toBe(100);
  });

  test('believes in nothing above a rate that is not carried', () => {
    const verdicts = [
      { ratePerSecond: 50, isCarried: true },
      { ratePerSecond: 100, isCarried: false },
      { ratePerSecond: 200, isCarried: true },
    ];
    expect(bracketOf(verdicts)).toEqual({ carriedPerSecond: 50, notCarriedPerSecond: 100 });
  });
});

describe('the probes that are left', () => {
  test('are as many as come when every probe is right', () => {
    const verdicts: ProbeVerdict[] = closedLoopVerdicts({
      publishedPerSecond: 20_000,
      carriedPerSecond: 9000,
    });
    const told: number[] = [];
    for (let rate = nextProbe(verdicts); rate !== undefined; rate = nextProbe(verdicts)) {
      told.push(probesLeft(verdicts));
      verdicts.push({ ratePerSecond: rate, isCarried: rate <= 12_000 });
    }
    expect([...told, probesLeft(verdicts)]).toEqual([6, 5, 4, 3, 2, 1, 0]);
  });
});
