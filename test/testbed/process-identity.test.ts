import { expect, test } from 'vitest';
import { identityOf, isAlive } from '../../src/testbed/process-identity.js';
import {
  deadOwner,
  ownIdentity,
  startShell,
  temporaryStateRoot,
} from './support/sleeping-testbed.js';

test('a running process is alive', () => {
  expect(isAlive(ownIdentity())).toBe(true);
});

test('a process with the same pid and another start time is another process', () => {
  expect(isAlive({ ...ownIdentity(), startTime: '12345' })).toBe(false);
});

test('a pid that nobody has has no identity', () => {
  expect(identityOf(deadOwner.pid)).toBeUndefined();
  expect(isAlive(deadOwner)).toBe(false);
});

test('a process that has ended is not alive', async () => {
  const process = startShell(temporaryStateRoot(), 'short', 'exit 3');
  expect(await process.ended).toBe('ended with status 3');
  expect(isAlive(process.record)).toBe(false);
});
