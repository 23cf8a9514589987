import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { describeEnvironment, ownVersion } from '../../src/result/environment.js';

test('the version is that of the package', async () => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ name: 'rmqbench', version: ownVersion() });
});

test('the environment tells by how many threads the load is generated', () => {
  const environment = describeEnvironment({ publisherThreads: 2, consumerThreads: 3 });
  expect(environment).toMatchObject({ publisherThreads: 2, consumerThreads: 3 });
});

test('the environment tells the machine and the software', () => {
  const environment = describeEnvironment({ publisherThreads: 1, consumerThreads: 1 });
  expect(environment).toMatchObject({
    rmqbench: ownVersion(),
    node: process.versions.node,
    os: expect.stringMatching(/^\w+ \d/),
    cpuModel: expect.stringMatching(/./),
  });
  expect(environment.cpuCount).toBeGreaterThanOrEqual(availableParallelism());
  expect(environment.memoryBytes).toBeGreaterThan(process.memoryUsage().rss);
});
