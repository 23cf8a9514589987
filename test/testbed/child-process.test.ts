import { expect, test } from 'vitest';
import { deathOf, watchProgram } from '../../src/testbed/child-process.js';
import { killTestbed } from '../../src/testbed/processes-of-testbed.js';
import { presentTestbed } from '../../src/testbed/running-testbed.js';
import { startShell, stateWith, temporaryStateRoot } from './support/sleeping-testbed.js';

const nothing = { isReused: false, release: async () => {} };

test('the error for an early end names the process, the status and the end of its log', async () => {
  const process = startShell(temporaryStateRoot(), 'early', 'echo no room left; exit 70');
  const error = deathOf(process, await process.ended);
  expect(error.message).toBe(
    `rabbit-1 ended with status 70.\nThe end of ${process.logFile}:\nno room left`,
  );
});

test('the error for a taken port says so and names the ports', async () => {
  const process = startShell(temporaryStateRoot(), 'port', 'echo {error,eaddrinuse}; exit 1');
  const error = deathOf(process, await process.ended);
  expect(error.message).toContain('another program has one of its ports (27001)');
  expect(error.hint).toContain('Try again');
});

test('a process that dies unexpectedly is reported by name', async () => {
  const process = startShell(temporaryStateRoot(), 'dies', 'exec sleep 300');
  const testbed = presentTestbed(stateWith(), [process], nothing);
  killTestbed({ mark: 'dies', processes: [process.record] });
  expect((await testbed.failure).message).toMatch(/^rabbit-1 was killed by SIGKILL\./);
});

test('a process that is stopped is not reported', async () => {
  const process = startShell(temporaryStateRoot(), 'stops', 'exec sleep 300');
  const release = async () => killTestbed({ mark: 'stops', processes: [process.record] });
  const testbed = presentTestbed(stateWith(), [process], { isReused: false, release });
  await testbed.stop();
  await process.ended;
  const later = new Promise((resolve) => setImmediate(() => resolve('nothing')));
  expect(await Promise.race([testbed.failure, later])).toBe('nothing');
});

test('the death of a process that another rmqbench started is seen', async () => {
  const folder = temporaryStateRoot();
  const { record } = startShell(folder, 'watched', 'exec sleep 300');
  const { ended } = watchProgram(record, folder, new AbortController().signal);
  killTestbed({ mark: 'watched', processes: [record] });
  expect(await ended).toBe('died');
});
