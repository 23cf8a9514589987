import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { startProgram, type TestbedProcess } from '../../../src/testbed/child-process.js';
import { identityOf, type ProcessIdentity } from '../../../src/testbed/process-identity.js';
import { killTestbed } from '../../../src/testbed/processes-of-testbed.js';
import { createState, type TestbedState } from '../../../src/testbed/state-file.js';
import type { TestbedSpec } from '../../../src/testbed/testbed-spec.js';

/** A state folder of its own for the running test. */
export function temporaryStateRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'rmqbench-testbed-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export const twoNodes: TestbedSpec = {
  name: 'sleeping',
  nodes: 2,
  loadBalancers: 0,
  balance: 'roundrobin',
  tls: false,
};

/** Nobody's: no process has the pid 2^22 or above on Linux. */
export const deadOwner: ProcessIdentity = { pid: 2 ** 22 + 1, startTime: '1' };

export function ownIdentity(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (identity === undefined) throw new Error('This process has no identity.');
  return identity;
}

export function stateWith(changes: Partial<TestbedState> = {}): TestbedState {
  return {
    version: 1,
    spec: twoNodes,
    mark: `mark-${Math.random()}`,
    owner: deadOwner,
    isKept: false,
    addresses: {
      loadBalancerUrl: undefined,
      nodes: [],
      managementUrl: 'http://127.0.0.1:1',
      loadBalancer: undefined,
    },
    processes: [],
    ...changes,
  };
}

/** Runs a shell script in the place of a node. */
export function startShell(folder: string, mark: string, script: string): TestbedProcess {
  const process = startProgram(
    {
      kind: 'node',
      label: 'rabbit-1',
      file: '/bin/sh',
      arguments: ['-c', script],
      environment: {},
      ports: [27001],
    },
    folder,
    mark,
  );
  onTestFinished(() => killTestbed({ mark, processes: [process.record] }));
  return process;
}

/** A testbed of one `sleep`, with its folder and state file. */
export function sleepingTestbed(
  stateRoot: string,
  changes: Partial<TestbedState> = {},
): { folder: string; state: TestbedState } {
  const state = stateWith(changes);
  const folder = join(stateRoot, state.spec.name);
  createState(folder, state);
  const { record } = startShell(folder, state.mark, 'exec sleep 300');
  rmSync(join(folder, 'state.json'));
  const running = { ...state, processes: [record] };
  createState(folder, running);
  return { folder, state: running };
}
