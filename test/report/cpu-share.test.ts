import { describe, expect, test } from 'vitest';
import { cpuLines } from '../../src/report/cpu-share.js';
import type { ObservedProcess } from '../../src/result/observed.js';
import type { Cost, Result, Trial } from '../../src/result/result.js';
import {
  exampleCase,
  exampleCost,
  exampleObserved,
  exampleResult,
  exampleTrial,
} from '../support/example-result.js';

function used(kind: ObservedProcess['kind'], cpuCores: number): ObservedProcess {
  return { kind, label: `${kind} ${cpuCores}`, cpuSeconds: 1, cpuCores, memoryBytesMax: 1 };
}

const known: Partial<Cost> = {
  brokerCpuMicrosPerMessage: 150,
  loadBalancerCpuMicrosPerMessage: 12,
};
const observed = exampleObserved({
  processes: [
    used('generator', 0.1),
    used('node', 0.5),
    used('node', 0.7),
    used('load-balancer', 0.08),
  ],
});

function trial(cost: Partial<Cost>, changes: Partial<Trial> = {}): Trial {
  return exampleTrial(10, { cost: exampleCost(cost), observed, ...changes });
}

function result(...cases: readonly (readonly Trial[])[]): Result {
  return exampleResult(cases.map((trials, i) => exampleCase(`${i}`, [], { trials })));
}

describe('where the CPU time went', () => {
  test('is told of generator, brokers and load balancer, for a message and of the machine', () => {
    expect(cpuLines(result([trial(known)]))).toEqual([
      'CPU time for a message (share of all 2 cores here): generator 9 µs (5 %), brokers 150 µs (60 %), load balancer 12 µs (4 %).',
    ]);
  });

  test('is told from the cheapest case to the dearest, each the median of its valid rounds', () => {
    const rounds = [120, 100, 300].map((brokerCpuMicrosPerMessage) =>
      trial({ brokerCpuMicrosPerMessage }),
    );
    const wrong = trial({ brokerCpuMicrosPerMessage: 1 }, { valid: false });
    const dear = trial({ brokerCpuMicrosPerMessage: 640 });
    const [line] = cpuLines(result([...rounds, wrong], [dear]));
    expect(line).toContain('brokers 120–640 µs (60 %)');
  });

  test('leaves out the share of those of whom not all were seen', () => {
    const trials = [trial(known), trial({ ...known, loadBalancerCpuMicrosPerMessage: null })];
    const fewer = exampleObserved({ processes: [used('load-balancer', 0.9)] });
    const [line] = cpuLines(
      result(...trials.map((one, i) => [i === 0 ? one : { ...one, observed: fewer }])),
    );
    expect(line).toContain('load balancer 12 µs (4 %)');
  });

  test('keeps both units where they differ', () => {
    const cases = [10, 2500].map((brokerCpuMicrosPerMessage) => [
      trial({ brokerCpuMicrosPerMessage }),
    ]);
    expect(cpuLines(result(...cases))[0]).toContain('brokers 10 µs–2.50 ms');
  });

  test('leaves out a load balancer that there is none of', () => {
    const [line] = cpuLines(result([trial({ brokerCpuMicrosPerMessage: 150 })]));
    expect(line).not.toContain('load balancer');
  });

  test('is not told of a cluster of the user’s, nor of results of an older rmqbench', () => {
    expect(cpuLines(result([trial({})]))).toEqual([]);
    const { observed: _, cost: __, ...older } = trial({});
    expect(cpuLines(result([older as Trial]))).toEqual([]);
  });
});
