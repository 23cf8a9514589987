import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const folder = temporaryFolder();

async function profile(text: string): Promise<string> {
  const path = join(folder(), 'p.yaml');
  await writeFile(path, text);
  return path;
}

describe('validate', () => {
  test('lists the cases of a good profile', async () => {
    const { code, stdout } = await rmqbench(['validate', 'profiles/quickstart.yaml']);

    expect(stdout).toMatchInlineSnapshot(`
      "profiles/quickstart.yaml is valid: 2 cases × 3 rounds, 1 claim, 1 min of load
        mirrors=none
        mirrors=all
      "
    `);
    expect(code).toBe(0);
  });

  test('tells everything that is wrong, each with its place', async () => {
    const path = await profile('name: bad\nqueus: {}\nmeasure: { warmup: 3 }\n');
    const { code, stderr } = await rmqbench(['validate', path]);

    expect(stderr.replaceAll(path, 'p.yaml')).toMatchInlineSnapshot(`
      "error p.yaml:2:1: unknown key "queus"; did you mean "queues"?
      p.yaml:3:20: measure.warmup must be a duration from 0s to 1h, such as 500ms or 10s, not 3
      "
    `);
    expect(code).toBe(2);
  });

  test('tells a machine the same as JSON', async () => {
    const path = await profile('name: bad\nqueus: {}\n');
    const { code, stdout } = await rmqbench(['validate', path, '--json']);

    expect(JSON.parse(stdout)).toEqual({
      valid: false,
      problems: [{ where: `${path}:2:1`, message: 'unknown key "queus"; did you mean "queues"?' }],
    });
    expect(code).toBe(2);
  });

  test('never shows a secret that the environment holds', async () => {
    const path = await profile('name: a\ntarget: { url: "me:${PASS}@host" }\n');
    const { stdout, stderr } = await rmqbench(['validate', path], { PASS: 'open-sesame' });

    expect(stderr).toContain('p.yaml:2:16');
    expect(stdout + stderr).not.toContain('open-sesame');
  });
});

test('schema prints what lies beside the profiles', async () => {
  const { stdout } = await rmqbench(['schema']);
  expect(stdout).toBe(await readFile('profiles/rmqbench.schema.json', 'utf8'));
});

test('cluster status of a cluster that is down says so, with exit code 3', async () => {
  const environment = { XDG_STATE_HOME: folder() };
  const { code, stdout } = await rmqbench(
    ['cluster', 'status', 'profiles/quickstart.yaml'],
    environment,
  );

  expect(stdout).toBe('cluster "quickstart" is down\n');
  expect(code).toBe(3);
});
