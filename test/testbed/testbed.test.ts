import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InterruptedError, TestbedError } from '../../src/base/errors.js';
import { startTestbed } from '../../src/testbed/testbed.js';
import { temporaryStateRoot, twoNodes } from './support/sleeping-testbed.js';

const quietly = { onProgress: () => {}, signal: new AbortController().signal };

test('without RabbitMQ nothing is started and no folder is left', async () => {
  const stateRoot = temporaryStateRoot();
  const starting = startTestbed(twoNodes, { ...quietly, stateRoot, searchFolders: ['/nowhere'] });
  await expect(starting).rejects.toBeInstanceOf(TestbedError);
  expect(readdirSync(stateRoot)).toEqual([]);
});

test('an abort before the start starts nothing', async () => {
  const stateRoot = temporaryStateRoot();
  const starting = startTestbed(twoNodes, { ...quietly, stateRoot, signal: AbortSignal.abort() });
  await expect(starting).rejects.toBeInstanceOf(InterruptedError);
  expect(readdirSync(stateRoot)).toEqual([]);
});
