import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/base/exit-codes.js';
import { loadProfile } from '../../src/profile/load.js';
import { ProfileError } from '../../src/profile/profile-error.js';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rmqbench-profile-'));
  await writeFile(path.join(folder, 'quickstart.yaml'), 'name: quickstart\n');
  await writeFile(path.join(folder, 'broken.yaml'), 'name: 1\nqueues: []\n');
});

afterAll(() => rm(folder, { recursive: true }));

function load(name: string) {
  return loadProfile({ path: path.join(folder, name), overrides: [], environment: {} });
}

async function failureOf(name: string): Promise<ProfileError> {
  const failure = await load(name).catch((thrown: unknown) => thrown);
  if (failure instanceof ProfileError) return failure;
  throw new Error(`expected a ProfileError, not ${failure}`);
}

describe('a profile is loaded from its file', () => {
  test('by its path', async () => {
    const { name, rounds, seed, description } = await load('quickstart.yaml');
    expect({ name, rounds, seed, description }).toEqual({
      name: 'quickstart',
      rounds: 1,
      seed: undefined,
      description: undefined,
    });
  });

  test('and its problems are listed under the path as it was given', async () => {
    const failure = await failureOf('broken.yaml');
    const file = path.join(folder, 'broken.yaml');
    expect(failure.problems).toEqual([
      { where: `${file}:1:7`, message: 'name must be a text, not 1' },
      { where: `${file}:2:9`, message: 'queues must be a map, not []' },
    ]);
    expect(failure.exitCode).toBe(exitCodes.usage);
  });
});

describe('a file that is not there', () => {
  test('is told with the nearest one that is', async () => {
    const failure = await failureOf('quikstart.yaml');
    expect(failure.message).toBe(`${path.join(folder, 'quikstart.yaml')}: no such file`);
    expect(failure.hint).toBe(`did you mean ${path.join(folder, 'quickstart.yaml')}?`);
  });

  test('is told without a hint when none is near, or its folder is missing too', async () => {
    expect((await failureOf('something-else.yaml')).hint).toBeUndefined();
    expect((await failureOf('missing/quickstart.yaml')).hint).toBeUndefined();
  });

  test('may turn out to be a folder', async () => {
    const failure = await failureOf('.');
    expect(failure.message).toContain('is a folder, not a profile');
  });
});
