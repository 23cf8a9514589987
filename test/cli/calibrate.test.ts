import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { parseCalibration } from '../../src/result/calibration.js';
import { calibrationPath, writeCalibration } from '../../src/result/calibration-file.js';
import { describeEnvironment } from '../../src/result/environment.js';
import { exampleCalibration } from '../support/example-calibration.js';
import { processesNaming } from '../support/processes.js';
import { Rmqbench, rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

/** A state folder of its own, which also marks the processes that were started with it. */
function stateOf(name: string) {
  const home = join(folder(), name);
  return {
    environment: { XDG_STATE_HOME: home },
    path: calibrationPath(join(home, 'rmqbench')),
    files: () => readdir(join(home, 'rmqbench')).catch(() => []),
    processes: () => processesNaming(home),
  };
}

const quick = ['--duration', '300ms', '--rounds', '1'];

describe('calibrate', () => {
  test('measures every ceiling, prints them as JSON and keeps them', async () => {
    const state = stateOf('all');
    const given = ['calibrate', '--json', ...quick];
    const { code, stdout, stderr } = await rmqbench(given, state.environment);

    expect(code).toBe(0);
    const calibration = JSON.parse(stdout);
    expect(calibration).toMatchObject({
      schema: 'rmqbench/calibration@1',
      client: 'wire',
      rounds: 1,
      windowMicros: 300_000,
      environment: { publisherThreads: 1, consumerThreads: 1 },
    });
    const { ceilings } = calibration;
    const measured = ceilings.map((one: Ceiling) => `${one.mode} ${one.payloadBytes}`);
    expect(measured).toEqual(
      ['publish', 'publish-confirm', 'consume', 'consume-ack', 'loop'].flatMap((mode) =>
        [12, 1024, 65_536].map((bytes) => `${mode} ${bytes}`),
      ),
    );
    for (const { messagesPerSecond, cpuMicrosPerMessage, perRound } of ceilings) {
      expect(messagesPerSecond).toBeGreaterThan(0);
      expect(cpuMicrosPerMessage).toBeGreaterThan(0);
      expect(perRound).toHaveLength(1);
    }
    expect(stderr).toContain('[15/15]');
    expect(stderr).toContain(`kept for later runs: ${state.path}`);
    expect(parseCalibration(await readFile(state.path, 'utf8'))).toEqual(calibration);
    expect(await state.processes()).toEqual([]);
  }, 60_000);

  test('with --only measures that alone, prints a table and does not keep it', async () => {
    const state = stateOf('only');
    const modes = ['--only', 'loop', '--only', 'publish'];
    const given = ['calibrate', '--quiet', ...quick, ...modes];
    const { code, stdout } = await rmqbench(given, state.environment);

    expect(code).toBe(0);
    expect(stdout.match(/^(publish|publish-confirm|consume|consume-ack|loop)\b/gm)).toEqual([
      'publish',
      'loop',
    ]);
    expect(stdout).toContain('not kept: later runs use a calibration of all modes');
    expect(await state.files()).toEqual([]);
  });

  test('of another client is not kept', async () => {
    const state = stateOf('client');
    const given = ['calibrate', '--client', 'amqplib', '--only', 'loop', ...quick];
    const { code, stdout, stderr } = await rmqbench(given, state.environment);

    expect(code).toBe(0);
    expect(stderr).toContain('[3/3] round 1 · loop 64 KiB');
    expect(stdout).toContain('generator, client amqplib');
    expect(stdout).toContain('not kept: later runs use the calibration of the client wire');
    expect(await state.files()).toEqual([]);
  });

  test('of a shorter measurement does not replace a longer one', async () => {
    const state = stateOf('shorter');
    const machine = describeEnvironment({ publisherThreads: 1, consumerThreads: 1 });
    const longer = exampleCalibration({ environment: machine });
    await writeCalibration(state.path, longer);
    const given = ['calibrate', '--quiet', '--duration', '100ms', '--rounds', '1'];
    const { code, stdout } = await rmqbench(given, state.environment);

    expect(code).toBe(0);
    expect(stdout).toContain('not kept: that of 2026-11-22 was measured for longer');
    expect(parseCalibration(await readFile(state.path, 'utf8'))).toEqual(longer);
  }, 60_000);

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'that gets %s ends with 130, keeps nothing and leaves no process behind',
    async (signal) => {
      const state = stateOf(signal);
      // Long enough that a forgotten timer would keep the process beyond the test's limit.
      const given = ['calibrate', '--duration', '1m'];
      const run = new Rmqbench(given, state.environment);
      await vi.waitUntil(async () => (await nullBrokers(state)).length === 1, { timeout: 20_000 });
      run.kill(signal);
      const { code, stdout, stderr } = await run.ended();

      expect(code).toBe(130);
      expect(stdout).toBe('');
      expect(stderr).toContain(`error interrupted by ${signal}`);
      expect(await state.processes()).toEqual([]);
      expect(await state.files()).toEqual([]);
    },
  );

  test('that is killed leaves no null broker behind', async () => {
    const state = stateOf('killed');
    const run = new Rmqbench(['calibrate', '--duration', '1m'], state.environment);
    await vi.waitUntil(async () => (await nullBrokers(state)).length === 1, { timeout: 20_000 });
    run.kill('SIGKILL');
    await run.ended();
    await vi.waitUntil(async () => (await state.processes()).length === 0, { timeout: 10_000 });
  });
});

interface Ceiling {
  readonly mode: string;
  readonly payloadBytes: number;
}

async function nullBrokers(state: ReturnType<typeof stateOf>): Promise<string[]> {
  return (await state.processes()).filter((command) => command.includes('null-broker'));
}
