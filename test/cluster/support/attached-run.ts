import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type { Result, ResultCase, Trial } from '../../../src/result/result.js';
import { type Ended, rmqbench } from '../../support/rmqbench.js';

export const shortProfile = fileURLToPath(new URL('short.yaml', import.meta.url));

/** Runs the short profile on the shared cluster; the result is `undefined` when none was written. */
export async function attachedRun(
  folder: string,
  settings: readonly string[],
): Promise<Ended & { readonly result: Result | undefined }> {
  const { entryUrl, managementUrl } = inject('cluster');
  const out = join(folder, `${Math.random().toString(36).slice(2)}.json`);
  const sets = [`target.management=${managementUrl}`, ...settings].flatMap((one) => ['--set', one]);
  const parameters = ['run', shortProfile, '--url', entryUrl, '--out', out, ...sets];
  // Whatever else this user's rmqbench is doing here is nothing to the test.
  const ended = await rmqbench(parameters, { XDG_STATE_HOME: folder });
  return { ...ended, result: await readResult(out) };
}

export async function readResult(path: string): Promise<Result | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Result);
}

/** The case of this name; throws when there is none. */
export function caseOf(result: Result | undefined, name: string): ResultCase {
  const found = result?.cases.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name} among ${result?.cases.map((one) => one.name)}`);
  return found;
}

export function trialsOf(result: Result | undefined): Trial[] {
  return result?.cases.flatMap(({ trials }) => trials) ?? [];
}
