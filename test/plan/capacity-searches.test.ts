import { describe, expect, test } from 'vitest';
import { asProbe, capacitySearches, withRate } from '../../src/plan/capacity-searches.js';
import { type PlannedCase, planRun } from '../../src/plan/run-plan.js';
import { read } from '../profile/reading.js';
import { present } from '../support/fake-channel.js';

function casesOf(vary: string): readonly PlannedCase[] {
  return planRun(read(`name: a\nvary: ${vary}`), 1).cases;
}

/** Each search's name, and the indexes of its cases. */
function searchesOf(vary: string): [string, number[]][] {
  return capacitySearches(casesOf(vary)).map(({ name, cases }) => [
    name,
    cases.map(({ index }) => index),
  ]);
}

describe('a capacity is searched for', () => {
  test('once for all cases that differ in their share of it alone', () => {
    expect(searchesOf('{ publishers.rate.ofCapacity: [20%, 50%, 95%] }')).toEqual([
      ['default', [0, 1, 2]],
    ]);
  });

  test('once for cases that differ in arrivals or in what is measured', () => {
    const vary =
      '{ publishers.rate: [{ ofCapacity: 20% }], publishers.arrivals: [constant, poisson], ' +
      'measure.duration: [1s, 2s] }';
    expect(searchesOf(vary)).toEqual([['default', [0, 1, 2, 3]]]);
  });

  test('for each of the cases that differ in anything else, named by what they differ in', () => {
    const vary =
      '{ queues.mirrors: [none, all], publishers.rate.ofCapacity: [20%, 50%], publishers.size: [12] }';
    expect(searchesOf(vary)).toEqual([
      ['mirrors=none size=12', [0, 1]],
      ['mirrors=all size=12', [2, 3]],
    ]);
  });

  test('under no name of what its cases differ in, be it all that is said of publishers', () => {
    const vary =
      '{ publishers: [{ rate: { ofCapacity: 20% } }, { rate: { ofCapacity: 50% } }], queues.count: [2] }';
    expect(searchesOf(vary)).toEqual([['count=2', [0, 1]]]);
  });

  test('of no case that has a rate of its own', () => {
    expect(searchesOf('{ publishers.rate: [max, { ofCapacity: 20% }, 5] }')).toEqual([
      ['default', [1]],
    ]);
    expect(searchesOf('{ publishers.rate: [max, 5, { total: 1k/s }] }')).toEqual([]);
  });

  test('by the group of cases that share a cluster', () => {
    const vary = '{ target.testbed.nodes: [1, 3], publishers.rate.ofCapacity: [20%, 50%] }';
    const { groups } = planRun(read(`name: a\nvary: ${vary}`), 1);
    const names = groups.map(({ searches }) => searches.map(({ name }) => name));
    expect(names).toEqual([['nodes=1'], ['nodes=3']]);
  });
});

describe('a case at another rate', () => {
  const one = present(casesOf('{ publishers.arrivals: [poisson], publishers.rate: [5] }')[0]);

  test('is the same otherwise', () => {
    const changed = withRate(one, { kind: 'total', perSecond: 7 });
    expect(changed.settings.publishers.rate).toEqual({ kind: 'total', perSecond: 7 });
    expect(withRate(changed, one.settings.publishers.rate)).toEqual(one);
  });

  test('is measured more briefly as a probe, with even arrivals and its own time to drain', () => {
    const probe = asProbe(one, { kind: 'max' }, { warmupMicros: 1, durationMicros: 2 });
    expect(probe.settings.publishers.arrivals).toBe('constant');
    const { drainLimitMicros } = one.settings.measure;
    expect(probe.settings.measure).toEqual({
      warmupMicros: 1,
      durationMicros: 2,
      drainLimitMicros,
    });
  });
});
