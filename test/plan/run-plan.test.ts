import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRun } from '../../src/plan/run-plan.js';
import type { Target } from '../../src/profile/settings.js';
import { profileCase, profileOf, testbedOf } from '../support/settings.js';

const seeds = fc.integer({ min: 0, max: 0xffff_ffff });

/** As many cases as there are targets, told apart by their prefetch. */
function casesOn(targets: readonly Target[]) {
  return targets.map((target, i) => profileCase({ 'consumers.prefetch': i + 1 }, { target }));
}

/** Cases that all run on one cluster. */
function casesOfOneTarget(count: number) {
  return casesOn(new Array<Target>(count).fill(testbedOf(3)));
}

const someCases = fc
  .array(fc.constantFrom(testbedOf(1), testbedOf(3), testbedOf(5)), { minLength: 1, maxLength: 12 })
  .map(casesOn);

describe('the plan of a run', () => {
  test('has every case once in every round', () => {
    fc.assert(
      fc.property(someCases, fc.integer({ min: 1, max: 5 }), seeds, (cases, rounds, seed) => {
        const { groups } = planRun(profileOf(cases, { rounds }), seed);
        const turns = groups
          .flatMap(({ trials }) => trials)
          .map(({ round, plannedCase }) => `${round}/${plannedCase.index}`);
        const expected = Array.from({ length: rounds }, (_, round) =>
          cases.map((_, index) => `${round + 1}/${index}`),
        );
        expect(turns.toSorted()).toEqual(expected.flat().toSorted());
      }),
    );
  });

  test('counts rounds and positions from 1, in the order of the trials', () => {
    const [group] = planRun(profileOf(casesOfOneTarget(3), { rounds: 2 }), 1).groups;
    expect(group?.trials.map(({ round, position }) => [round, position])).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
  });

  test('is the same for the same seed', () => {
    fc.assert(
      fc.property(someCases, seeds, (cases, seed) => {
        const profile = profileOf(cases, { rounds: 3 });
        expect(planRun(profile, seed)).toEqual(planRun(profile, seed));
      }),
    );
  });

  test('has another order for another seed', () => {
    const profile = profileOf(casesOfOneTarget(50));
    const orderOf = (seed: number) =>
      planRun(profile, seed).groups[0]?.trials.map(({ plannedCase }) => plannedCase.index);
    expect(orderOf(1)).not.toEqual(orderOf(2));
  });

  test('has another order in each round', () => {
    const [group] = planRun(profileOf(casesOfOneTarget(50), { rounds: 2 }), 1).groups;
    const orderIn = (round: number) =>
      group?.trials.flatMap((trial) => (trial.round === round ? [trial.plannedCase.index] : []));
    expect(orderIn(1)).not.toEqual(orderIn(2));
  });

  test('tells its seed', () => {
    expect(planRun(profileOf(casesOfOneTarget(1)), 12_345).seed).toBe(12_345);
  });

  test('names its cases by what varies and keeps them in the order of the profile', () => {
    const { cases } = planRun(profileOf(casesOfOneTarget(3)), 1);
    expect(cases.map(({ index, name }) => [index, name])).toEqual([
      [0, 'prefetch=1'],
      [1, 'prefetch=2'],
      [2, 'prefetch=3'],
    ]);
  });
});

describe('a group', () => {
  test('holds the cases that share a target, wherever the profile has them', () => {
    const cases = casesOn([testbedOf(1), testbedOf(3), testbedOf(1)]);
    const { groups } = planRun(profileOf(cases), 1);
    expect(groups.map(({ target, cases }) => [target, cases.map(({ index }) => index)])).toEqual([
      [testbedOf(1), [0, 2]],
      [testbedOf(3), [1]],
    ]);
  });

  test('has no trials of the cases of another', () => {
    fc.assert(
      fc.property(someCases, seeds, (cases, seed) => {
        for (const { target, trials } of planRun(profileOf(cases, { rounds: 2 }), seed).groups) {
          for (const { plannedCase } of trials) expect(plannedCase.settings.target).toEqual(target);
        }
      }),
    );
  });

  test('is made for each address of a cluster', () => {
    const attached = (url: string): Target => ({
      kind: 'attached',
      urls: [url],
      tls: undefined,
      managementUrl: undefined,
      nodeUrls: [],
    });
    const { groups } = planRun(profileOf(casesOn([attached('amqp://a'), attached('amqp://b')])), 1);
    expect(groups).toHaveLength(2);
  });
});
