import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf, TestbedError } from '../base/errors.js';
import type { ProgramPlan } from './child-process.js';
import { type HaproxyConfig, haproxyConfig } from './haproxy-config.js';

/** Writes HAProxy's configuration into the testbed's folder, and says how to start it. */
export function prepareHaproxy(config: HaproxyConfig, folder: string, file: string): ProgramPlan {
  const configFile = join(folder, 'haproxy.cfg');
  writeFileSync(configFile, haproxyConfig(config));
  return {
    kind: 'load-balancer',
    label: 'HAProxy',
    file,
    // -db keeps it in the foreground, where it is one process and can be watched.
    arguments: ['-db', '-f', configFile],
    environment: {},
    ports: [config.port, config.statisticsPort],
  };
}

/**
 * The version that the program states, such as `2.6.12`. Throws TestbedError when it does not run.
 */
export async function haproxyVersion(file: string): Promise<string> {
  try {
    const { stdout } = await execa(file, ['-v'], { timeout: 5000 });
    return /version (\S+)/.exec(stdout)?.[1] ?? 'unknown';
  } catch (error) {
    throw new TestbedError(`HAProxy does not run: ${messageOf(error)}`, { cause: error });
  }
}
