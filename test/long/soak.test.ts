import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Result } from '../../src/result/result.js';
import { Rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { spawnBuiltNullBroker } from './support/built-null-broker.js';

const folder = temporaryFolder();
const profile = fileURLToPath(new URL('support/soak.yaml', import.meta.url));

/** After this everything that is allocated once has been. */
const settledSeconds = 120;
/** Garbage that waits for its collector comes and goes; books that grew would take far more. */
const growthBytesMax = 64 * 1024 * 1024;

test('ten minutes at full speed raise no false alarm, and take no more memory in the end', async () => {
  const broker = await spawnBuiltNullBroker({ mode: 'loop' });
  const out = join(folder(), 'soak.json');
  const run = new Rmqbench(['run', profile, '--url', broker.url, '--out', out]);
  const over = new AbortController();
  const watching = watchMemory(run.pid, over.signal);
  const { stdout, stderr } = await run.ended();
  over.abort();
  await broker.stop();

  const result = JSON.parse(await readFile(out, 'utf8')) as Result;
  const [trial] = result.cases.flatMap(({ trials }) => trials);
  const { published, confirmed, unique } = trial?.ledger ?? {};
  process.stdout.write(`${stderr}${stdout}\n`);
  expect(trial?.ledger).toMatchObject({
    ...{ nacked: 0, returned: 0, inDoubt: 0, republished: 0, redelivered: 0, duplicated: 0 },
    ...{ reordered: 0, foreign: 0, lostOnAutoAck: 0, leftInQueues: 0, lost: 0 },
  });
  expect([confirmed, unique]).toEqual([published, published]);
  const memory = await watching;
  const settled = Math.max(...memory.slice(settledSeconds, 2 * settledSeconds));
  const final = Math.max(...memory.slice(-settledSeconds));
  process.stdout.write(`${published} messages; memory ${settled}, in the end ${final} bytes\n`);
  expect(final - settled).toBeLessThan(growthBytesMax);
});

/** The resident memory of a process, bytes, once a second until it ends. */
async function watchMemory(pid: number, signal: AbortSignal): Promise<number[]> {
  const bytes: number[] = [];
  while (!signal.aborted) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    const kibibytes = /VmRSS:\s+(\d+)/.exec(status)?.[1];
    if (kibibytes !== undefined) bytes.push(Number(kibibytes) * 1024);
    await sleep(1000);
  }
  return bytes;
}
