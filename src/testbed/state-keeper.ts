import { type RecordedProcess, replaceState, type TestbedState } from './state-file.js';

/** Holds a testbed's state and its file at one and the same value. */
export class StateKeeper {
  readonly folder: string;
  #state: TestbedState;

  /** The file must already hold this state. */
  constructor(folder: string, state: TestbedState) {
    this.folder = folder;
    this.#state = state;
  }

  get state(): TestbedState {
    return this.#state;
  }

  /** Writes the file synchronously: when it returns, a kill -9 cannot lose the change. */
  update(changes: Partial<TestbedState>): void {
    this.#state = { ...this.#state, ...changes };
    replaceState(this.folder, this.#state);
  }

  recordProcess(process: RecordedProcess): void {
    this.update({ processes: [...this.#state.processes, process] });
  }
}
