import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Testbed } from '../../../src/testbed/running-testbed.js';
import { startTestbed } from '../../../src/testbed/testbed.js';

/** A cluster that tests may do harm to: three nodes behind HAProxy. */
export class DrillCluster {
  readonly testbed: Testbed;
  readonly #stateRoot: string;
  readonly #respawned: ChildProcess[] = [];

  private constructor(testbed: Testbed, stateRoot: string) {
    this.testbed = testbed;
    this.#stateRoot = stateRoot;
  }

  static async start(): Promise<DrillCluster> {
    const stateRoot = await mkdtemp(join(tmpdir(), 'rmqbench-drill-'));
    const testbed = await startTestbed(
      { name: 'drill', nodes: 3, loadBalancers: 1, balance: 'roundrobin', tls: false },
      { stateRoot, signal: new AbortController().signal, onProgress: () => {} },
    );
    return new DrillCluster(testbed, stateRoot);
  }

  get entryUrl(): string {
    return this.testbed.addresses.loadBalancerUrl ?? '';
  }

  get managementUrl(): string {
    return this.testbed.addresses.managementUrl;
  }

  /** The process of a node, counted from 1, or of the load balancer. */
  pidOf(what: 1 | 2 | 3 | 'load balancer'): number {
    const { processes } = this.testbed;
    const ofKind = processes.filter(({ kind }) =>
      what === 'load balancer' ? kind === 'load-balancer' : kind === 'node',
    );
    return ofKind[what === 'load balancer' ? 0 : what - 1]?.pid ?? 0;
  }

  /** Kills a process as a power cut would. */
  kill(pid: number): void {
    process.kill(pid, 'SIGKILL');
  }

  /** Kills a process and starts it again as it was; resolves to the new one's id when it runs. */
  async restart(pid: number): Promise<number> {
    const [file = '', ...parameters] = await wordsOf(`/proc/${pid}/cmdline`);
    const environment = Object.fromEntries(
      (await wordsOf(`/proc/${pid}/environ`)).map((line) => line.split(/=(.*)/s).slice(0, 2)),
    );
    this.kill(pid);
    const child = spawn(file, parameters, { env: environment, stdio: 'ignore' });
    await once(child, 'spawn');
    this.#respawned.push(child);
    return child.pid ?? 0;
  }

  async stop(): Promise<void> {
    for (const child of this.#respawned) child.kill('SIGKILL');
    await this.testbed.stop();
    await rm(this.#stateRoot, { recursive: true, force: true });
  }
}

/** Started before the first test of the file, and stopped after the last; call for it. */
export function drillCluster(): () => DrillCluster {
  let cluster: DrillCluster;
  beforeAll(async () => {
    cluster = await DrillCluster.start();
  });
  afterAll(() => cluster.stop());
  return () => cluster;
}

async function wordsOf(path: string): Promise<string[]> {
  return (await readFile(path, 'utf8')).split('\0').filter((word) => word !== '');
}
