import { isAlive } from './process-identity.js';
import { endTestbed } from './processes-of-testbed.js';
import {
  finishRemovals,
  listTestbedFolders,
  readState,
  removeTestbedFolder,
  type TestbedState,
} from './state-file.js';

/**
 * Ends and removes every testbed whose rmqbench was killed before it could do so itself, and
 * returns their names. Those that were left running on purpose stay. Throws TestbedError when a
 * process cannot be killed.
 */
export async function cleanAbandoned(stateRoot: string): Promise<string[]> {
  finishRemovals(stateRoot);
  const cleaned: string[] = [];
  for (const folder of listTestbedFolders(stateRoot)) {
    const state = readStateOfOurs(folder);
    if (state === undefined || !isAbandoned(state)) continue;
    await endTestbed(state);
    removeTestbedFolder(stateRoot, folder, state.mark);
    cleaned.push(state.spec.name);
  }
  return cleaned;
}

function isAbandoned({ isKept, owner }: TestbedState): boolean {
  return !isKept && (owner === undefined || !isAlive(owner));
}

function readStateOfOurs(folder: string): TestbedState | undefined {
  try {
    return readState(folder);
  } catch {
    // What cannot be understood cannot be cleaned, and must not keep other profiles from running:
    // whoever asks for this one by its name is told.
    return undefined;
  }
}
