import { randomUUID } from 'node:crypto';
import { InterruptedError, TestbedError } from '../base/errors.js';
import { addressesOf, boot } from './boot.js';
import { makeCertificate } from './certificate.js';
import { logExcerpt, logFileOf, watchProgram } from './child-process.js';
import { claimName } from './claim.js';
import { haproxyVersion } from './haproxy.js';
import { findInstallation } from './installation.js';
import { chooseFreePorts, type PortChooser, planPorts } from './ports.js';
import { identityOf, type ProcessIdentity } from './process-identity.js';
import { endTestbed, killTestbed } from './processes-of-testbed.js';
import { waitUntilReady } from './readiness.js';
import { presentTestbed, type Testbed } from './running-testbed.js';
import {
  createState,
  readState,
  removeTestbedFolder,
  type TestbedState,
  testbedFolder,
} from './state-file.js';
import { StateKeeper } from './state-keeper.js';
import type { TestbedAddresses, TestbedSpec } from './testbed-spec.js';

export interface TestbedOptions {
  readonly stateRoot: string;
  readonly signal: AbortSignal;
  /** Called with what is being done or waited for, such as `starting 3 nodes`. */
  readonly onProgress: (text: string) => void;
  /** Leave it running when this process ends, and free for others to use. */
  readonly keep?: boolean;
  /** How long it may take to be ready; by default 60 s and 10 s more for each node. */
  readonly readyLimitMicros?: number;
  /** Where to look for the programs, instead of the usual places. */
  readonly searchFolders?: readonly string[];
  readonly choosePorts?: PortChooser;
}

/**
 * Starts a cluster, or takes over one that was left running with the same spec. Throws TestbedError
 * when a program is missing, a process fails, the time limit passes or the name is taken, and
 * InterruptedError when the signal aborts; nothing that it started is then left.
 */
export async function startTestbed(asked: TestbedSpec, options: TestbedOptions): Promise<Testbed> {
  throwIfInterrupted(options.signal);
  const { name, nodes, loadBalancers, balance, tls } = asked;
  // Only these: specs are compared as wholes, and a caller's object may carry more.
  const spec = { name, nodes, loadBalancers, balance, tls };
  const kept = await claimName(spec, options.stateRoot);
  return kept === undefined ? startNew(spec, options) : takeOver(kept, options);
}

async function startNew(spec: TestbedSpec, options: TestbedOptions): Promise<Testbed> {
  const { stateRoot, signal, onProgress } = options;
  const { keep = false, readyLimitMicros: limitMicros = defaultReadyLimitMicros(spec) } = options;
  const installation = findInstallation(spec, options.searchFolders);
  const version = installation.haproxy && (await haproxyVersion(installation.haproxy));
  const ports = await planPorts(spec.nodes, options.choosePorts ?? chooseFreePorts);
  const certificate = spec.tls ? await makeCertificate() : undefined;
  const addresses = addressesOf({ spec, ports, certificate }, version);
  const keeper = createKeeper(spec, stateRoot, addresses);
  const killAtExit = () => killTestbed(keeper.state);
  process.on('exit', killAtExit);
  const end = async () => {
    await endTestbed(keeper.state);
    removeTestbedFolder(stateRoot, keeper.folder, keeper.state.mark);
    process.off('exit', killAtExit);
  };
  try {
    const plan = { spec, installation, ports, certificate, limitMicros, signal, onProgress };
    const processes = await boot(plan, keeper);
    if (!keep) return presentTestbed(keeper.state, processes, { isReused: false, release: end });
    keeper.update({ isKept: true, owner: undefined });
    process.off('exit', killAtExit);
    return presentTestbed(keeper.state, processes, { isReused: false, release: async () => {} });
  } catch (error) {
    await end();
    throwIfInterrupted(signal);
    throw error;
  }
}

/** Uses a cluster that `cluster up` left running, and leaves it running. */
async function takeOver(state: TestbedState, options: TestbedOptions): Promise<Testbed> {
  const { signal, readyLimitMicros: limitMicros = defaultReadyLimitMicros(state.spec) } = options;
  const folder = testbedFolder(options.stateRoot, state.spec.name);
  const keeper = new StateKeeper(folder, state);
  keeper.update({ owner: ownIdentity() });
  const letGo = () => {
    if (readState(folder)?.mark === state.mark) keeper.update({ owner: undefined });
  };
  try {
    await waitUntilReady(state.addresses, { ...options, limitMicros }, ({ label }) =>
      logExcerpt({ logFile: logFileOf(folder, label) }),
    );
  } catch (error) {
    letGo();
    throwIfInterrupted(signal);
    throw error;
  }
  if (options.keep) letGo();
  const watch = new AbortController();
  const processes = state.processes.map((record) => watchProgram(record, folder, watch.signal));
  const release = async () => {
    watch.abort();
    letGo();
  };
  return presentTestbed(keeper.state, processes, { isReused: true, release });
}

function createKeeper(
  spec: TestbedSpec,
  stateRoot: string,
  addresses: TestbedAddresses,
): StateKeeper {
  const folder = testbedFolder(stateRoot, spec.name);
  const state: TestbedState = {
    version: 1,
    spec,
    mark: randomUUID(),
    owner: ownIdentity(),
    isKept: false,
    addresses,
    processes: [],
  };
  if (!createState(folder, state)) {
    // It was free a moment ago.
    throw new TestbedError(`Another rmqbench is starting the cluster "${spec.name}" right now.`, {
      hint: 'Wait until it has finished, or end it.',
    });
  }
  return new StateKeeper(folder, state);
}

function ownIdentity(): ProcessIdentity | undefined {
  return identityOf(process.pid);
}

function defaultReadyLimitMicros({ nodes }: TestbedSpec): number {
  return (60 + 10 * nodes) * 1e6;
}

function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new InterruptedError('The start of the cluster was interrupted.');
}
