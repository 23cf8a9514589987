import { isDeepStrictEqual } from 'node:util';
import { TestbedError } from '../base/errors.js';
import { isAlive } from './process-identity.js';
import { endTestbed, livingPids } from './processes-of-testbed.js';
import { readState, removeTestbedFolder, type TestbedState, testbedFolder } from './state-file.js';
import { countNodes, type TestbedSpec } from './testbed-spec.js';

/**
 * Looks whether a testbed of this name exists. Returns one that was left running, may be used and
 * is what the spec asks for; or undefined, and then the name is free, the remains of a dead one
 * having been cleaned up. Throws TestbedError when the name is in use by a running rmqbench, or
 * taken by a cluster that is another one or no longer whole.
 */
export async function claimName(
  spec: TestbedSpec,
  stateRoot: string,
): Promise<TestbedState | undefined> {
  const folder = testbedFolder(stateRoot, spec.name);
  const state = readState(folder);
  if (state === undefined) return undefined;
  refuseIfInUse(state);
  if (!state.isKept || livingPids(state).length === 0) {
    await endTestbed(state);
    removeTestbedFolder(stateRoot, folder, state.mark);
    return undefined;
  }
  const dead = state.processes.filter((process) => !isAlive(process)).map(({ label }) => label);
  if (dead.length > 0) {
    throw new TestbedError(
      `The cluster "${spec.name}" was left running, but ${dead.join(', ')} died since.`,
      { hint: 'Stop the rest of it with: rmqbench cluster down <its profile>' },
    );
  }
  if (!isDeepStrictEqual(state.spec, spec)) {
    throw new TestbedError(
      `The cluster "${spec.name}" was left running with other settings: ${describe(state.spec)} instead of ${describe(spec)}.`,
      { hint: 'Stop it first: rmqbench cluster down <its profile>' },
    );
  }
  return state;
}

/** Throws TestbedError when a running rmqbench uses this testbed. */
export function refuseIfInUse({ spec, owner }: TestbedState): void {
  if (owner === undefined || !isAlive(owner)) return;
  throw new TestbedError(
    `The cluster "${spec.name}" is in use by another rmqbench, process ${owner.pid}.`,
    { hint: 'Wait until it has finished, or end it.' },
  );
}

function describe({ nodes, loadBalancers, balance, tls }: TestbedSpec): string {
  const balancer = loadBalancers === 0 ? 'no load balancer' : `a ${balance} load balancer`;
  return `${countNodes(nodes)}${tls ? ' with TLS' : ''} and ${balancer}`;
}
