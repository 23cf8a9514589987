import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanAbandoned } from '../../src/testbed/abandoned.js';
import { livingPids } from '../../src/testbed/processes-of-testbed.js';
import { ownIdentity, sleepingTestbed, temporaryStateRoot } from './support/sleeping-testbed.js';

test('a testbed whose rmqbench is dead is ended and removed', async () => {
  const root = temporaryStateRoot();
  const { folder, state } = sleepingTestbed(root);
  expect(await cleanAbandoned(root)).toEqual(['sleeping']);
  expect(livingPids(state)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

test('a testbed whose rmqbench lives is left alone', async () => {
  const root = temporaryStateRoot();
  const { state } = sleepingTestbed(root, { owner: ownIdentity() });
  expect(await cleanAbandoned(root)).toEqual([]);
  expect(livingPids(state)).toHaveLength(1);
});

test('a testbed is abandoned when the pid of its rmqbench went to another process', async () => {
  const root = temporaryStateRoot();
  const { state } = sleepingTestbed(root, { owner: { ...ownIdentity(), startTime: '12345' } });
  expect(await cleanAbandoned(root)).toEqual(['sleeping']);
  expect(livingPids(state)).toEqual([]);
});

test('a testbed that was left running on purpose is left alone', async () => {
  const root = temporaryStateRoot();
  const { state } = sleepingTestbed(root, { isKept: true });
  expect(await cleanAbandoned(root)).toEqual([]);
  expect(livingPids(state)).toHaveLength(1);
});

test('a folder that cannot be understood does not keep others from being cleaned', async () => {
  const root = temporaryStateRoot();
  mkdirSync(join(root, 'broken'));
  writeFileSync(join(root, 'broken', 'state.json'), '{');
  sleepingTestbed(root);
  expect(await cleanAbandoned(root)).toEqual(['sleeping']);
});

test('a plain file beside the testbeds, such as the calibration, is left alone', async () => {
  const root = temporaryStateRoot();
  writeFileSync(join(root, 'calibration.json'), '{}');
  sleepingTestbed(root);
  expect(await cleanAbandoned(root)).toEqual(['sleeping']);
  expect(readdirSync(root)).toEqual(['calibration.json']);
});

test('what a removal left half done is removed', async () => {
  const root = temporaryStateRoot();
  mkdirSync(join(root, '.removed-1', 'data'), { recursive: true });
  await cleanAbandoned(root);
  expect(existsSync(join(root, '.removed-1'))).toBe(false);
});

test('there is nothing to clean before the first testbed', async () => {
  expect(await cleanAbandoned(join(temporaryStateRoot(), 'none'))).toEqual([]);
});
