import { join } from 'node:path';
import { afterEach, describe, expect, inject, test, vi } from 'vitest';
import { processesNaming } from '../support/processes.js';
import { Rmqbench, rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { readResult, shortProfile, trialsOf } from './support/attached-run.js';
import { namesOfOurs } from './support/management.js';

const folder = temporaryFolder();

/** A testbed of one node, so that it starts quickly; enough rounds to be in the middle of. */
const small = ['target.testbed.nodes=1', 'measure.rounds=50'].flatMap((one) => ['--set', one]);

function environment(): { XDG_STATE_HOME: string } {
  return { XDG_STATE_HOME: folder() };
}

describe('a run on a cluster of its own', () => {
  afterEach(async () => {
    await rmqbench(['cluster', 'down', shortProfile], environment());
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'that gets %s keeps what it measured, stops all it started and ends with 130',
    async (signal) => {
      const out = join(folder(), `${signal}.json`);
      const run = new Rmqbench(['run', shortProfile, '--out', out, ...small], environment());
      await run.printed('[2/50]');
      run.kill(signal);
      const { code, stdout } = await run.ended();

      expect(code).toBe(130);
      const result = await readResult(out);
      expect(result?.interrupted).toBe(true);
      expect(trialsOf(result).length).toBeGreaterThanOrEqual(2);
      expect(stdout).toContain('The run was cut short');
      expect(await processesNaming(folder())).toEqual([]);
    },
  );

  test('that was killed with SIGKILL is cleaned up by the next command', async () => {
    const out = join(folder(), 'killed.json');
    const run = new Rmqbench(['run', shortProfile, '--out', out, ...small], environment());
    await run.printed('[1/50]');
    run.kill('SIGKILL');
    await run.ended();
    expect(await processesNaming(folder())).not.toEqual([]);
    expect(trialsOf(await readResult(out)).length).toBeGreaterThanOrEqual(1);

    await rmqbench(['cluster', 'status', shortProfile], environment());
    expect(await processesNaming(folder())).toEqual([]);
  });

  test('whose broker dies names the node, keeps what it measured and ends with 3', async () => {
    const out = join(folder(), 'died.json');
    const run = new Rmqbench(['run', shortProfile, '--out', out, ...small], environment());
    await run.printed('[2/50]');
    const { stdout } = await rmqbench(['cluster', 'status', shortProfile, '--json'], environment());
    const { processes } = JSON.parse(stdout) as { processes: { kind: string; pid: number }[] };
    const node = processes.find(({ kind }) => kind === 'node');
    process.kill(node?.pid ?? Number.NaN, 'SIGKILL');
    const { code, stderr } = await run.ended();

    expect(code).toBe(3);
    expect(stderr).toContain('rabbit-1@127.0.0.1');
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(trialsOf(await readResult(out)).length).toBeGreaterThanOrEqual(2);
    expect(await processesNaming(folder())).toEqual([]);
  });

  test('uses the cluster that "cluster up" left running, and leaves it up', async () => {
    const nodes = ['--set', 'target.testbed.nodes=1'];
    const up = await rmqbench(['cluster', 'up', shortProfile, ...nodes], environment());
    expect(up).toMatchObject({ code: 0 });
    expect(up.stdout).toContain('cluster "short" is up');
    expect(up.stdout).not.toContain('guest');

    const out = join(folder(), 'reused.json');
    const run = await rmqbench(['run', shortProfile, '--out', out, ...nodes], environment());
    expect(run).toMatchObject({ code: 0 });
    expect(trialsOf(await readResult(out))).toHaveLength(1);

    const status = await rmqbench(['cluster', 'status', shortProfile], environment());
    expect(status).toMatchObject({ code: 0 });
    const down = await rmqbench(['cluster', 'down', shortProfile], environment());
    expect(down.stdout).toBe('cluster "short" is down\n');
    expect(await processesNaming(folder())).toEqual([]);
  });
});

describe('a run on a cluster of the user’s', () => {
  /** Long enough that a forgotten timer would keep the process beyond the test's limit. */
  const long = ['measure.duration=1h', 'queues.count=4', 'publishers.count=4', 'consumers.count=4'];

  async function started(name: string): Promise<{ run: Rmqbench; out: string }> {
    const { entryUrl, managementUrl } = inject('cluster');
    const out = join(folder(), `${name}.json`);
    const sets = [`target.management=${managementUrl}`, ...long].flatMap((one) => ['--set', one]);
    const run = new Rmqbench(['run', shortProfile, '--url', entryUrl, '--out', out, ...sets]);
    await vi.waitUntil(async () => (await namesOfOurs('queues')).length === 4, { timeout: 20_000 });
    return { run, out };
  }

  test('that is interrupted ends soon, and removes its queues', async () => {
    const { run } = await started('interrupted');
    run.kill('SIGINT');

    expect(await run.ended()).toMatchObject({ code: 130 });
    expect(await namesOfOurs('queues')).toEqual([]);
    expect(await namesOfOurs('exchanges')).toEqual([]);
  });
});
