import { describe, expect, test } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { type PlannedTrial, planRun } from '../../src/plan/run-plan.js';
import type { Capacity, Trial } from '../../src/result/result.js';
import type { Crews } from '../../src/run/crews.js';
import { runGroup } from '../../src/run/run-group.js';
import type { TrialContext } from '../../src/run/trial.js';
import { read } from '../profile/reading.js';
import { exampleTrial } from '../support/example-result.js';
import { present } from '../support/fake-channel.js';
import { FakeBroker, fakeCluster } from './fake-cluster.js';

const capacityPerSecond = 1000;

/** As much as is offered, up to the capacity. */
async function carry({ plannedCase, round, position }: PlannedTrial): Promise<Trial> {
  const { rate } = plannedCase.settings.publishers;
  const offered = rate.kind === 'total' ? (rate.perSecond as number) : null;
  const published = offered ?? capacityPerSecond * 2;
  const trial = exampleTrial(Math.min(published, capacityPerSecond), { round, position });
  const { consumedPerSecond } = trial.throughput;
  const series = { ...trial.series, consumedPerSecond: [consumedPerSecond, consumedPerSecond] };
  return { ...trial, throughput: { ...trial.throughput, publishedPerSecond: published }, series };
}

/** Runs the first group of a profile, and tells what happened in what order. */
async function runProfile(profile: string, run = carry) {
  const told: string[] = [];
  const planned: PlannedTrial[] = [];
  const prefixes: string[] = [];
  const capacities: Capacity[] = [];
  const runOne = (one: PlannedTrial, context: TrialContext) => {
    planned.push(one);
    prefixes.push(context.prefix);
    return run(one);
  };
  const context = {
    cluster: fakeCluster(new FakeBroker()),
    // Whoever runs the trials would need them.
    crews: {} as Crews,
    prefix: 'p',
    generatorCeiling: null,
    signal: new AbortController().signal,
    observer: {
      onSkip: ({ name }: { name: string }) => told.push(`skip ${name}`),
      onProbe: () => told.push('probe'),
      onCapacity: async ({ name }: { name: string }, capacity: Capacity) => {
        told.push(`capacity ${name}`);
        capacities.push(capacity);
      },
      onTrialStart: ({ round, plannedCase }: PlannedTrial) =>
        told.push(`start ${round} ${plannedCase.name}`),
      onRates: () => {},
      onTrial: async ({ round, plannedCase }: PlannedTrial) => {
        told.push(`end ${round} ${plannedCase.name}`);
      },
    },
  };
  await runGroup(present(planRun(read(profile), 1).groups[0]), context, runOne);
  return { told, planned, prefixes, capacities };
}

const ofCapacity = `
name: a
measure: { rounds: 2 }
vary: { publishers.rate.ofCapacity: [20%, 50%] }`;

describe('a group of cases whose rates are shares of a capacity', () => {
  test('has it found once, before the first of all rounds', async () => {
    const { told } = await runProfile(ofCapacity);
    expect(told.filter((one) => one.startsWith('capacity'))).toEqual(['capacity default']);
    const firstTrial = told.findIndex((one) => one.startsWith('start'));
    expect(told.lastIndexOf('probe')).toBeLessThan(firstTrial);
    expect(told.slice(firstTrial)).toHaveLength(8);
  });

  test('publishes at its shares of it, all publishers together', async () => {
    const { planned, capacities } = await runProfile(ofCapacity);
    const { perSecond } = present(capacities[0]);
    const rates = planned
      .slice(-4)
      .map(({ plannedCase }) => [plannedCase.name, plannedCase.settings.publishers.rate] as const);
    expect(new Map(rates)).toEqual(
      new Map([
        ['ofCapacity=20%', { kind: 'total', perSecond: 0.2 * perSecond }],
        ['ofCapacity=50%', { kind: 'total', perSecond: 0.5 * perSecond }],
      ]),
    );
  });

  test('gives everything that is declared names of its own', async () => {
    const { prefixes } = await runProfile(ofCapacity);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  test('searches for each that the cluster can run, and for no other', async () => {
    const { told } = await runProfile(`${ofCapacity.slice(0, -1)}, queues.mirrors: [none, all] }`);
    expect(told.filter((one) => /^(skip|capacity)/.test(one))).toEqual([
      'skip ofCapacity=20% mirrors=all',
      'skip ofCapacity=50% mirrors=all',
      'capacity mirrors=none',
    ]);
  });

  test('ends with the error of a probe, which says where it was', async () => {
    const failing = async () => {
      throw new BrokerError('gone', { hint: 'look' });
    };
    await expect(runProfile(ofCapacity, failing)).rejects.toMatchObject({
      message: 'gone (finding the capacity, probe 1)',
      hint: 'look',
    });
  });
});

describe('a group of cases with rates of their own', () => {
  test('runs its trials in their order, without any probe', async () => {
    const { told } = await runProfile('name: a\nmeasure: { rounds: 2 }');
    expect(told).toEqual(['start 1 default', 'end 1 default', 'start 2 default', 'end 2 default']);
  });

  test('ends with the error of a trial, which says in which case and round', async () => {
    const failing = async () => {
      throw new BrokerError('gone');
    };
    await expect(runProfile('name: a', failing)).rejects.toThrow('gone (case default, round 1)');
  });
});
