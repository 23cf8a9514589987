import type { TestbedError } from '../base/errors.js';
import { deathOf, type TestbedProcess } from './child-process.js';
import { statusOf } from './processes-of-testbed.js';
import type { TestbedState } from './state-file.js';
import type { ProcessStatus, TestbedAddresses } from './testbed-spec.js';

/** A cluster that can be used. */
export interface Testbed {
  readonly addresses: TestbedAddresses;
  /** All alive when the testbed was handed over; `pid` is what observers sample. */
  readonly processes: readonly ProcessStatus[];
  /** Was it running already, left by `cluster up`? */
  readonly isReused: boolean;
  /**
   * Resolves, once, with an error naming the process that died although nobody stopped it; stays
   * pending otherwise, and never rejects.
   */
  readonly failure: Promise<TestbedError>;
  /**
   * Ends all processes and removes the folder; a testbed that was left running by `cluster up`, or
   * started with `keep`, it only lets go of. May be called again. Rejects with TestbedError when a
   * process cannot be killed.
   */
  stop(): Promise<void>;
}

/** What `stop` does, and whether the cluster ran before. */
export interface Handover {
  readonly isReused: boolean;
  readonly release: () => Promise<void>;
}

/** Presents running processes as a testbed, and watches them until it is stopped. */
export function presentTestbed(
  state: TestbedState,
  processes: readonly TestbedProcess[],
  { isReused, release }: Handover,
): Testbed {
  let stopping: Promise<void> | undefined;
  const failure = new Promise<TestbedError>((resolve) => {
    for (const process of processes) {
      void process.ended.then((how) => {
        if (stopping === undefined) resolve(deathOf(process, how));
      });
    }
  });
  return {
    addresses: state.addresses,
    processes: statusOf(state),
    isReused,
    failure,
    stop: () => {
      stopping ??= release();
      return stopping;
    },
  };
}
