import { certificateFilesIn } from './certificate.js';
import { refuseIfInUse } from './claim.js';
import { isAlive } from './process-identity.js';
import { endTestbed, livingPids, statusOf } from './processes-of-testbed.js';
import { readState, removeTestbedFolder, testbedFolder } from './state-file.js';
import type { ProcessStatus, TestbedAddresses, TestbedSpec } from './testbed-spec.js';

/** What `cluster status` can tell of a name. */
export type TestbedStatus =
  | { readonly state: 'down' }
  | {
      readonly state: 'up';
      readonly spec: TestbedSpec;
      readonly addresses: TestbedAddresses;
      /** The PEM file of who vouches for the nodes, for `target.tls.ca`; absent when they speak no TLS. */
      readonly caFile: string | undefined;
      readonly processes: readonly ProcessStatus[];
      /** The pid of the rmqbench that uses it now. */
      readonly usedBy: number | undefined;
    };

/** Looks for a testbed of this name. Throws TestbedError when its state file cannot be read. */
export function findTestbed(name: string, stateRoot: string): TestbedStatus {
  const folder = testbedFolder(stateRoot, name);
  const state = readState(folder);
  if (state === undefined || livingPids(state).length === 0) return { state: 'down' };
  const { spec, addresses, owner } = state;
  const usedBy = owner !== undefined && isAlive(owner) ? owner.pid : undefined;
  const caFile = addresses.tls && certificateFilesIn(folder).certFile;
  return { state: 'up', spec, addresses, caFile, processes: statusOf(state), usedBy };
}

/**
 * Ends the testbed of this name; false when there was none. Throws TestbedError when a running
 * rmqbench uses it, or a process of it cannot be killed.
 */
export async function stopTestbed(name: string, stateRoot: string): Promise<boolean> {
  const folder = testbedFolder(stateRoot, name);
  const state = readState(folder);
  if (state === undefined) return false;
  refuseIfInUse(state);
  await endTestbed(state);
  removeTestbedFolder(stateRoot, folder, state.mark);
  return true;
}
