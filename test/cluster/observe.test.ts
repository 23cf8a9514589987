import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Trial } from '../../src/result/result.js';
import { rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { attachedRun, readResult, shortProfile, trialsOf } from './support/attached-run.js';

const folder = temporaryFolder();

describe('a run on a cluster of its own', () => {
  let trial: Trial;
  let stdout: string;

  beforeAll(async () => {
    const out = join(folder(), 'own.json');
    // RabbitMQ renews what it says of memory and connections every 5 s.
    const settings = ['queues.count=6', 'consumers.count=6', 'measure.duration=7s'];
    const sets = settings.flatMap((one) => ['--set', one]);
    const run = ['run', shortProfile, '--out', out, ...sets];
    const ended = await rmqbench(run, { XDG_STATE_HOME: folder() });
    const [first] = trialsOf(await readResult(out));
    if (!first) throw new Error(`nothing was measured:\n${ended.stderr}`);
    trial = first;
    stdout = ended.stdout;
  });

  test('tells of memory and disk of each node, against its limits', () => {
    expect(trial.observed.nodes).toHaveLength(3);
    for (const node of trial.observed.nodes) {
      expect(node.memoryUsedBytesMax).toBeGreaterThan(1e6);
      expect(node.memoryLimitBytes).toBeGreaterThan(node.memoryUsedBytesMax ?? Infinity);
      expect(node.diskFreeBytesMin).toBeGreaterThan(node.diskFreeLimitBytes ?? Infinity);
      expect(node).toMatchObject({ memoryAlarm: false, diskAlarm: false });
    }
  });

  test('knows where its queues have their leaders, and how deep they are', () => {
    const leaders = trial.observed.nodes.map((node) => node.leaders);
    expect(leaders).toEqual([2, 2, 2]);
    expect(trial.observed.queues?.readyMessagesMax).toBeGreaterThanOrEqual(0);
    expect(trial.series.observed.queueDepth.atSeconds.length).toBeGreaterThan(2);
  });

  test('counts its own connections by state, at the brokers and at the load balancer', () => {
    const { connections, loadBalancer } = trial.observed;
    expect(connections?.maxByState['running']).toBeLessThanOrEqual(8);
    expect(connections?.maxByState['running']).toBeGreaterThan(0);
    const servers = loadBalancer?.servers ?? [];
    expect(servers.map(({ name }) => name)).toEqual(['rabbit-1', 'rabbit-2', 'rabbit-3']);
    expect(servers.reduce((total, one) => total + (one.sessionsOpened ?? Number.NaN), 0)).toBe(8);
  });

  test('has every byte of every message pass the load balancer, in and out', () => {
    const servers = trial.observed.loadBalancer?.servers ?? [];
    const bytesOf = (side: 'bytesIn' | 'bytesOut') =>
      servers.reduce((total, one) => total + (one[side] ?? Number.NaN), 0);
    const bodies = trial.ledger.published * 1024;
    expect(bytesOf('bytesIn')).toBeGreaterThan(bodies);
    expect(bytesOf('bytesOut')).toBeGreaterThan(bodies);
  });

  test('says what CPU time and memory all processes took, and a message cost', () => {
    const { processes } = trial.observed;
    const kinds = processes.map(({ kind }) => kind).sort();
    expect(kinds).toEqual(['epmd', 'generator', 'load-balancer', 'node', 'node', 'node']);
    for (const one of processes.filter(({ kind }) => kind !== 'epmd')) {
      expect(one.cpuSeconds).toBeGreaterThan(0);
      expect(one.memoryBytesMax).toBeGreaterThan(1e6);
    }
    expect(trial.cost.brokerCpuMicrosPerMessage).toBeGreaterThan(0);
    expect(trial.cost.loadBalancerCpuMicrosPerMessage).toBeGreaterThan(0);
    expect(stdout).toMatch(
      /CPU time for a message .*: generator .*, brokers .*,\s+load\s+balancer/s,
    );
  });

  test('missed nothing, and says what the watching took', () => {
    const { absent, cost } = trial.observed;
    expect(absent).toEqual([]);
    expect(cost.questions).toBeGreaterThan(10);
    expect(stdout).not.toContain('not watched');
  });
});

test('a run without a management API on a cluster of the user’s names what was not watched', async () => {
  const { code, result, stdout } = await attachedRun(folder(), [
    'target.management=http://127.0.0.1:9',
  ]);

  expect(code).toBe(0);
  const [trial] = trialsOf(result);
  expect(trial?.observed).toMatchObject({
    nodes: [],
    queues: null,
    connections: null,
    loadBalancer: null,
    absent: [
      expect.stringContaining('no management API answers'),
      expect.stringContaining('rmqbench did not start them'),
    ],
  });
  expect(trial?.observed.processes.map(({ kind }) => kind)).toEqual(['generator']);
  expect(trial?.cost).toMatchObject({ brokerCpuMicrosPerMessage: null });
  expect(stdout).toMatch(/not watched:\s+no\s+management/);
});
