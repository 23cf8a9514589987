import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { hasProcFiles, isAlive } from '../../src/testbed/process-identity.js';
import { endTestbed, livingPids } from '../../src/testbed/processes-of-testbed.js';
import { startShell, temporaryStateRoot } from './support/sleeping-testbed.js';

/** Looks until there are so many: one that is just becoming another program cannot be seen. */
async function untilLiving(owned: Parameters<typeof livingPids>[0], count: number): Promise<void> {
  await expect.poll(() => livingPids(owned).length, { interval: 10, timeout: 2000 }).toBe(count);
}

test('ending a process ends its whole group with it', async () => {
  const mark = 'group';
  const { record } = startShell(temporaryStateRoot(), mark, 'sleep 300 & sleep 300 & wait');
  const owned = { mark, processes: [record] };
  await untilLiving(owned, hasProcFiles ? 3 : 1);
  await endTestbed(owned);
  expect(livingPids(owned)).toEqual([]);
});

test.runIf(hasProcFiles)(
  'a grandchild that moved to a session of its own is ended too',
  async () => {
    const mark = 'session';
    const script = 'setsid sh -c "sleep 300 & wait" & wait';
    const { record } = startShell(temporaryStateRoot(), mark, script);
    const owned = { mark, processes: [record] };
    await untilLiving(owned, 3);
    await endTestbed(owned);
    expect(livingPids(owned)).toEqual([]);
  },
);

test.runIf(hasProcFiles)('a process that was started and not yet recorded is ended', async () => {
  const mark = 'unrecorded';
  const { record } = startShell(temporaryStateRoot(), mark, 'exec sleep 300');
  await endTestbed({ mark, processes: [] });
  expect(isAlive(record)).toBe(false);
});

test('a process that got the pid of a recorded one is left alone', async () => {
  const { record } = startShell(temporaryStateRoot(), 'stranger', 'exec sleep 300');
  await endTestbed({ mark: 'mine', processes: [{ ...record, startTime: '12345' }] });
  expect(isAlive(record)).toBe(true);
});

test('a process inherits nothing from the environment that could change RabbitMQ', async () => {
  process.env['RABBITMQ_NODENAME'] = 'other';
  process.env['ERL_FLAGS'] = '+S 1';
  const folder = temporaryStateRoot();
  const { ended, logFile } = startShell(folder, 'environment', 'env');
  delete process.env['RABBITMQ_NODENAME'];
  delete process.env['ERL_FLAGS'];
  await ended;
  const names = readFileSync(logFile, 'utf8').match(/^\w+(?==)/gm) ?? [];
  const ours = names.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name));
  expect(ours.sort()).toEqual(['HOME', 'LANG', 'PATH', 'RMQBENCH_TESTBED_MARK']);
});
