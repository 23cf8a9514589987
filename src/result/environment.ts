import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import type { Machine } from './result.js';

/** Describes this machine, and by how many threads the load is generated. */
export function describeEnvironment(threads: {
  readonly publisherThreads: number;
  readonly consumerThreads: number;
}): Machine {
  const processors = cpus();
  return {
    rmqbench: ownVersion(),
    node: process.versions.node,
    os: `${type()} ${release()}`,
    cpuModel: processors[0]?.model ?? 'unknown',
    cpuCount: processors.length,
    memoryBytes: totalmem(),
    ...threads,
  };
}

/** The version in package.json, which lies two folders above this file's built form. */
export function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
