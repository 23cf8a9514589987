import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startTestbed } from '../../../src/testbed/testbed.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** Addresses of the one cluster that all cluster tests share. */
    readonly cluster: {
      readonly entryUrl: string;
      readonly managementUrl: string;
      /** The process of one of its nodes. */
      readonly nodePid: number;
    };
  }
}

/** Starts three nodes behind HAProxy once for all files of this tier, and stops them after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stateRoot = await mkdtemp(join(tmpdir(), 'rmqbench-test-'));
  const testbed = await startTestbed(
    { name: 'shared', nodes: 3, loadBalancers: 1, balance: 'roundrobin', tls: false },
    { stateRoot, signal: new AbortController().signal, onProgress: () => {} },
  );
  const { loadBalancerUrl = '', managementUrl } = testbed.addresses;
  const nodePid = testbed.processes.find(({ kind }) => kind === 'node')?.pid ?? 0;
  project.provide('cluster', { entryUrl: loadBalancerUrl, managementUrl, nodePid });
  return async () => {
    await testbed.stop();
    await rm(stateRoot, { recursive: true, force: true });
  };
}
