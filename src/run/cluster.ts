import { Administration, type BrokerIdentity } from '../amqp/administration.js';
import type { TlsOptions } from '../amqp/load-client.js';
import { ManagementApi, usualManagementUrl } from '../amqp/management-api.js';
import { readBrokerUrl } from '../base/broker-url.js';
import { messageOf } from '../base/errors.js';
import type { ProcessToWatch } from '../observe/process-use.js';

/** Where a cluster answers: a testbed's or the user's. */
export interface ClusterAddresses {
  /** Where load connects unless it is spread over the nodes: the load balancer, or the user's URLs. */
  readonly entryUrls: readonly [string, ...string[]];
  /** Direct addresses of the nodes; may be empty for a cluster of the user's. */
  readonly nodeUrls: readonly string[];
  /** `undefined` tries the usual place beside the first of `entryUrls`. */
  readonly managementUrl: string | undefined;
  /** How TLS connections are made to all of them. */
  readonly tls: TlsOptions | undefined;
  readonly loadBalancer: { readonly version: string; readonly count: number } | null;
  /** What else can be watched of a testbed; a cluster of the user's has none of it. */
  readonly testbed?: {
    /** HAProxy's page of statistics; `undefined` without a load balancer. */
    readonly statisticsUrl: string | undefined;
    readonly processes: readonly ProcessToWatch[];
  };
}

/** A cluster with administration connections open to it. */
export interface Cluster {
  readonly addresses: ClusterAddresses;
  readonly identity: BrokerIdentity;
  /** Names of the running nodes; empty when the management API does not answer. */
  readonly nodes: readonly string[];
  readonly management: ManagementApi | undefined;
  /** Goes to any node that answers: for all that need not be asked of a certain one. */
  readonly anywhere: Administration;
  /** One for each node address, which goes to no other node; none when no such address is known. */
  readonly atNodes: readonly Administration[];
  /** What this run has to do without, in sentences. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** Connects for administration; throws a BrokerError when the broker cannot be reached. */
export async function openCluster(addresses: ClusterAddresses): Promise<Cluster> {
  const { entryUrls, nodeUrls, tls } = addresses;
  const [first = entryUrls[0], ...others] = [...nodeUrls, ...entryUrls];
  const anywhere = await Administration.openAt({ urls: [first, ...others], tls });
  const atNodes: Administration[] = [];
  const close = async () => {
    await Promise.all([anywhere, ...atNodes].map((administration) => administration.close()));
  };
  try {
    for (const url of nodeUrls) atNodes.push(await Administration.openAt({ urls: [url], tls }));
    const found = await findManagement(addresses);
    const { identity } = anywhere;
    const missing = [...lackOfTrust(tls), ...found.missing];
    return { ...found, addresses, identity, anywhere, atNodes, missing, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

function lackOfTrust(tls: TlsOptions | undefined): string[] {
  if (tls?.rejectUnauthorized !== false) return [];
  return [
    'The certificates of the brokers were not verified (target.tls.verify: false): anyone in between could have read the password, and answered.',
  ];
}

async function findManagement(
  addresses: ClusterAddresses,
): Promise<Pick<Cluster, 'management' | 'nodes' | 'missing'>> {
  const [entryUrl] = addresses.entryUrls;
  const url = addresses.managementUrl ?? usualManagementUrl(entryUrl);
  const management = new ManagementApi(url, readBrokerUrl(entryUrl).vhost, addresses.tls);
  try {
    return { management, nodes: await management.runningNodes(), missing: [] };
  } catch (thrown) {
    const without = 'without it, node names are unknown and mirrored cases are skipped';
    const hint = addresses.managementUrl ? '' : ' (name it as target.management)';
    const missing = [`No management API: ${messageOf(thrown)}${hint}; ${without}.`];
    return { management: undefined, nodes: [], missing };
  }
}
