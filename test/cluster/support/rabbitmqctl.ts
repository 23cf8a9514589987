import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findInstallation } from '../../../src/testbed/installation.js';

const run = promisify(execFile);

/** Tells a running node what the management API has no call for. */
export async function rabbitmqctl(nodePid: number, ...words: readonly string[]): Promise<void> {
  const { rabbitmqServer } = findInstallation({ loadBalancers: 0 });
  // The node's own environment says how to reach it, and where its cluster's secret lies.
  const environ = await readFile(`/proc/${nodePid}/environ`, 'utf8');
  const env = Object.fromEntries(
    environ.split('\0').map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.join('=')];
    }),
  );
  delete env[''];
  await run(join(dirname(rabbitmqServer), 'rabbitmqctl'), [...words], { env });
}
