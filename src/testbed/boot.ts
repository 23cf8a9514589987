import { type Certificate, writeCertificate } from './certificate.js';
import {
  deathOf,
  logExcerpt,
  logFileOf,
  type ProgramPlan,
  startProgram,
  type TestbedProcess,
} from './child-process.js';
import { planEpmd, waitForEpmd } from './epmd.js';
import { prepareHaproxy } from './haproxy.js';
import type { Installation } from './installation.js';
import { loopback, type PortPlan } from './ports.js';
import { prepareNode, writeCookie } from './rabbitmq-node.js';
import { waitUntilReady } from './readiness.js';
import type { StateKeeper } from './state-keeper.js';
import { countNodes, type TestbedAddresses, type TestbedSpec } from './testbed-spec.js';

export interface BootPlan {
  readonly spec: TestbedSpec;
  readonly installation: Installation;
  readonly ports: PortPlan;
  /** What the nodes show of themselves; `undefined` when they speak no TLS. */
  readonly certificate: Certificate | undefined;
  readonly limitMicros: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** The addresses that a testbed with these ports will have. */
export function addressesOf(
  { spec, ports, certificate }: Pick<BootPlan, 'spec' | 'ports' | 'certificate'>,
  haproxyVersion: string | undefined,
): TestbedAddresses {
  const isBalanced = haproxyVersion !== undefined;
  const protocol = certificate === undefined ? 'amqp' : 'amqps';
  const amqpUrl = (port: number) => `${protocol}://guest:guest@${loopback}:${port}`;
  return {
    ...(certificate === undefined ? {} : { tls: { ca: certificate.cert } }),
    loadBalancerUrl: isBalanced ? amqpUrl(ports.loadBalancer) : undefined,
    nodes: ports.nodes.map(({ amqp }, i) => ({ name: nodeName(i), url: amqpUrl(amqp) })),
    managementUrl: `http://${loopback}:${ports.management}`,
    loadBalancer: isBalanced
      ? {
          version: haproxyVersion,
          count: spec.loadBalancers,
          statisticsUrl: `http://${loopback}:${ports.statistics}/`,
        }
      : undefined,
  };
}

/**
 * Starts all processes and waits until they form a cluster that can be used. Throws TestbedError
 * with the end of a log when one of them ends early or the time limit passes, and the signal's
 * reason when aborted; what was started is left to the caller, who finds it in the recorded state.
 */
export async function boot(plan: BootPlan, keeper: StateKeeper): Promise<TestbedProcess[]> {
  const halt = new AbortController();
  const signal = AbortSignal.any([plan.signal, halt.signal]);
  const processes: TestbedProcess[] = [];
  let reportDeath: (error: Error) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    reportDeath = reject;
  });
  const start = (program: ProgramPlan) => {
    signal.throwIfAborted();
    const process = startProgram(program, keeper.folder, keeper.state.mark);
    keeper.recordProcess(process.record);
    processes.push(process);
    void process.ended.then((how) => reportDeath(deathOf(process, how)));
  };
  try {
    await Promise.race([startAll({ ...plan, signal }, keeper, start), death]);
    return processes;
  } finally {
    halt.abort();
  }
}

async function startAll(
  plan: BootPlan,
  keeper: StateKeeper,
  start: (program: ProgramPlan) => void,
): Promise<void> {
  const { folder } = keeper;
  const { addresses } = keeper.state;
  plan.onProgress('starting epmd');
  start(planEpmd(plan.installation.epmd, plan.ports.epmd));
  await waitForEpmd(plan.ports.epmd, plan.signal);
  plan.onProgress(`starting ${countNodes(addresses.nodes.length)}`);
  writeCookie(folder);
  for (const program of planNodes(plan, folder)) start(program);
  const balancer = planLoadBalancer(plan, folder);
  if (balancer !== undefined) start(balancer);
  await waitUntilReady(addresses, plan, ({ label }) =>
    logExcerpt({ logFile: logFileOf(folder, label) }),
  );
}

function planNodes({ ports, installation, certificate }: BootPlan, folder: string): ProgramPlan[] {
  const clusterNames = ports.nodes.map((_, i) => nodeName(i));
  const certificateFiles = certificate && writeCertificate(certificate, folder);
  return ports.nodes.map(({ amqp, distribution }, i) => {
    const node = {
      name: nodeName(i),
      clusterNames,
      amqpPort: amqp,
      certificateFiles,
      distributionPort: distribution,
      managementPort: i === 0 ? ports.management : undefined,
      epmdPort: ports.epmd,
    };
    return prepareNode(node, folder, installation.rabbitmqServer);
  });
}

function planLoadBalancer(plan: BootPlan, folder: string): ProgramPlan | undefined {
  const { spec, installation, ports } = plan;
  if (installation.haproxy === undefined) return undefined;
  const config = {
    port: ports.loadBalancer,
    statisticsPort: ports.statistics,
    balance: spec.balance,
    // HAProxy allows no @ in a server's name.
    servers: ports.nodes.map(({ amqp }, i) => ({ name: `rabbit-${i + 1}`, port: amqp })),
  };
  return prepareHaproxy(config, folder, installation.haproxy);
}

function nodeName(index: number): string {
  return `rabbit-${index + 1}@${loopback}`;
}
