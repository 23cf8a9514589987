import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { TestbedError } from '../base/errors.js';
import type { ProcessIdentity } from './process-identity.js';
import type { ProcessKind, TestbedAddresses, TestbedSpec } from './testbed-spec.js';

/**
 * What a testbed writes down about itself, so that a later rmqbench can find it, use it or clean up
 * after it. It is written before the first process starts and again right after each start, always
 * as a whole new file, so a kill -9 at any moment leaves a state that can be read.
 */
export interface TestbedState {
  readonly version: 1;
  readonly spec: TestbedSpec;
  /** A text that all processes of this testbed, and no others, carry in their environment. */
  readonly mark: string;
  /** The rmqbench that uses the testbed; undefined for one that was left running and is free. */
  readonly owner: ProcessIdentity | undefined;
  /** Was it put up to outlive the rmqbench that started it? */
  readonly isKept: boolean;
  readonly addresses: TestbedAddresses;
  readonly processes: readonly RecordedProcess[];
}

export interface RecordedProcess extends ProcessIdentity {
  readonly kind: ProcessKind;
  readonly label: string;
}

const fileName = 'state.json';
/** Starts with a dot so that no testbed's name can collide with it. */
const removedPrefix = '.removed-';

/**
 * Where testbeds live unless told otherwise: `$XDG_STATE_HOME/rmqbench` or
 * `~/.local/state/rmqbench`.
 */
export function defaultStateRoot(environment: NodeJS.ProcessEnv = process.env): string {
  const base = environment['XDG_STATE_HOME'];
  return join(base ? base : join(homedir(), '.local', 'state'), 'rmqbench');
}

/** The folder of one testbed. Throws TestbedError when the name cannot name a folder. */
export function testbedFolder(stateRoot: string, name: string): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) {
    throw new TestbedError(`A testbed cannot be named "${name}".`, {
      hint: 'Use letters, digits, "-", "_" and ".", beginning with a letter or a digit.',
    });
  }
  return join(stateRoot, name);
}

/** Writes the first state of a testbed; false when the folder already belongs to one. */
export function createState(folder: string, state: TestbedState): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = writeDraft(folder, state);
  try {
    // A link, unlike a rename, fails when the name is taken: of two tools only one gets it.
    linkSync(draft, join(folder, fileName));
    return true;
  } catch (error) {
    if (isErrorCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Puts a new state in the place of the old one, in one step. */
export function replaceState(folder: string, state: TestbedState): void {
  renameSync(writeDraft(folder, state), join(folder, fileName));
}

/**
 * The state in this folder, or undefined when there is none. Throws TestbedError when the file
 * cannot be understood.
 */
export function readState(folder: string): TestbedState | undefined {
  const file = join(folder, fileName);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrorCode(error, 'ENOENT') || isErrorCode(error, 'ENOTDIR')) return undefined;
    throw new TestbedError(`The testbed's state file ${file} cannot be read.`, { cause: error });
  }
  const state = parseState(text);
  if (state === undefined) {
    throw new TestbedError(`The testbed's state file ${file} is not one of this rmqbench's.`, {
      hint: `End the processes it names, then remove the folder ${folder}.`,
    });
  }
  return state;
}

/** The folders below the state root that may hold a testbed. */
export function listTestbedFolders(stateRoot: string): string[] {
  return namesIn(stateRoot)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(stateRoot, name));
}

/**
 * Removes a testbed's folder if it still belongs to the testbed with this mark. It is renamed
 * first, so that its name is free, or still taken, at every instant and never half removed.
 */
export function removeTestbedFolder(stateRoot: string, folder: string, mark: string): void {
  if (readState(folder)?.mark !== mark) return;
  unlessGone(() => renameSync(folder, join(stateRoot, `${removedPrefix}${randomUUID()}`)));
  finishRemovals(stateRoot);
}

/** Removes what an earlier removal, ended half way by a kill, left behind. */
export function finishRemovals(stateRoot: string): void {
  for (const name of namesIn(stateRoot)) {
    if (!name.startsWith(removedPrefix)) continue;
    const options = { recursive: true, force: true, maxRetries: 3 };
    unlessGone(() => rmSync(join(stateRoot, name), options));
  }
}

/** Another rmqbench may be removing the same at this moment: what is left, the next one removes. */
function unlessGone(remove: () => void): void {
  try {
    remove();
  } catch (error) {
    if (!isErrorCode(error, 'ENOENT') && !isErrorCode(error, 'ENOTEMPTY')) throw error;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isErrorCode(error, 'ENOENT')) return [];
    throw new TestbedError(`The folder of testbeds ${folder} cannot be read.`, { cause: error });
  }
}

function writeDraft(folder: string, state: TestbedState): string {
  const draft = join(folder, `${fileName}.${randomUUID()}`);
  writeFileSync(draft, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600, flag: 'wx' });
  return draft;
}

function parseState(text: string): TestbedState | undefined {
  try {
    const value = JSON.parse(text);
    if (value?.version !== 1) return undefined;
    // Only this module writes the file, so its version vouches for its shape; but once there was no TLS.
    return { ...value, spec: { tls: false, ...value.spec } } as TestbedState;
  } catch {
    return undefined;
  }
}

function isErrorCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
