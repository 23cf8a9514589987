import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dealingOrder } from './dealing-order.js';
import { rmqbenchProgram } from './peers/rmqbench.js';
import { type ProgramOptions, programOutput } from './program-output.js';

/** A cluster of three nodes behind HAProxy that runs for the bench alone. */
export interface BenchCluster {
  /** amqp:// through the load balancer. */
  readonly entryUrl: string;
  /**
   * In the order in which queues are placed on them in turn, which is against the order in which the
   * load balancer deals connections out in turn. A tool that connects one client after the other
   * then always has a third of them on the node of their queue, wherever the dealing begins; with
   * the same order it would have all or none, and the brokers much less or much more work.
   */
  readonly nodes: readonly { readonly name: string; readonly url: string }[];
  readonly managementUrl: string;
  readonly loadBalancerVersion: string;
  /** Of the nodes and the load balancer. */
  readonly pids: readonly number[];
  /** What an Erlang program needs in its environment to talk to the nodes. */
  readonly erlangEnvironment: Readonly<Record<string, string>>;
  /** The state folder that it is kept in, for the program's environment. */
  readonly stateHome: string;
}

/** What `rmqbench cluster up --json` prints of a cluster. */
interface PrintedStatus {
  readonly addresses: {
    readonly loadBalancerUrl: string;
    readonly nodes: BenchCluster['nodes'];
    readonly managementUrl: string;
    readonly loadBalancer: { readonly version: string; readonly statisticsUrl: string };
  };
  readonly processes: readonly { readonly kind: string; readonly pid: number }[];
}

/**
 * Has the built program put a cluster up, lends it to `use`, and has it taken down again however
 * `use` ends. Throws when it does not come up, or the signal's reason.
 */
export async function withBenchCluster<T>(
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
  use: (cluster: BenchCluster) => Promise<T>,
): Promise<T> {
  const stateHome = join(folder, 'state');
  const profile = join(folder, 'cluster.json');
  await mkdir(stateHome);
  const target = { testbed: { nodes: 3, loadBalancers: 1, balance: 'roundrobin' } };
  await writeFile(profile, JSON.stringify({ name: 'bench', target }));
  const command = (action: string) => [rmqbenchProgram, 'cluster', action, profile, '--json'];
  const options: ProgramOptions = { signal, environment: { XDG_STATE_HOME: stateHome } };
  const downAtExit = () => {
    const environment = { ...process.env, XDG_STATE_HOME: stateHome };
    spawnSync(process.execPath, command('down'), { env: environment, stdio: 'ignore' });
  };
  // Before the handlers that are there already, one of which removes the folder.
  process.prependListener('exit', downAtExit);
  try {
    const up = await programOutput(process.execPath, command('up'), options);
    if (!up.isGood) throw new Error(`the cluster did not come up:\n${up.stderr}`);
    return await use(await clusterOf(JSON.parse(up.stdout), stateHome));
  } finally {
    const unhurried = { ...options, signal: new AbortController().signal };
    const down = await programOutput(process.execPath, command('down'), unhurried);
    process.off('exit', downAtExit);
    if (!down.isGood) process.stderr.write(`the cluster was not taken down:\n${down.stderr}`);
  }
}

async function clusterOf(
  { addresses, processes }: PrintedStatus,
  stateHome: string,
): Promise<BenchCluster> {
  const node = processes.find(({ kind }) => kind === 'node');
  if (!node) throw new Error('the cluster has no node');
  const measured = processes.filter(({ kind }) => kind !== 'epmd');
  const { loadBalancerUrl: entryUrl, loadBalancer, nodes } = addresses;
  const order = await dealingOrder({ entryUrl, ...loadBalancer }, nodes.length);
  const placeOf = ({ name }: { name: string }) => order.indexOf(name.replace(/@.*/, ''));
  return {
    entryUrl,
    nodes: nodes.toSorted((a, b) => placeOf(b) - placeOf(a)),
    managementUrl: addresses.managementUrl,
    loadBalancerVersion: loadBalancer.version,
    pids: measured.map(({ pid }) => pid),
    erlangEnvironment: erlangEnvironment(node.pid),
    stateHome,
  };
}

/** A node's own: HOME, with the secret that the nodes know each other by, and where epmd answers. */
function erlangEnvironment(pid: number): Record<string, string> {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8')
    .split('\0')
    .map((line) => /^([^=]+)=(.*)$/s.exec(line))
    .filter((match) => match !== null)
    .map(([, key = '', value = '']): [string, string] => [key, value]);
  const wanted = ['HOME', 'ERL_EPMD_ADDRESS', 'ERL_EPMD_PORT'];
  return Object.fromEntries(pairs.filter(([key]) => wanted.includes(key)));
}
