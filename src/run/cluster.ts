import { Administration, type BrokerIdentity } from '../amqp/administration.js';
import { ManagementApi, usualManagementUrl, vhostOf } from '../amqp/management-api.js';
import { messageOf } from '../base/errors.js';

/** Where a cluster answers: a testbed's or the user's. */
export interface ClusterAddresses {
  /** Where load connects unless it is spread over the nodes: the load balancer, or the user's URL. */
  readonly entryUrl: string;
  /** Direct addresses of the nodes; may be empty for a cluster of the user's. */
  readonly nodeUrls: readonly string[];
  /** `undefined` tries the usual place beside `entryUrl`. */
  readonly managementUrl: string | undefined;
  readonly loadBalancer: { readonly version: string; readonly count: number } | null;
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
  const { entryUrl, nodeUrls } = addresses;
  const [firstUrl = entryUrl, ...otherUrls] = [...nodeUrls, entryUrl];
  const anywhere = await Administration.open(firstUrl, ...otherUrls);
  const atNodes: Administration[] = [];
  const close = async () => {
    await Promise.all([anywhere, ...atNodes].map((administration) => administration.close()));
  };
  try {
    for (const url of nodeUrls) atNodes.push(await Administration.open(url));
    const { management, nodes, missing } = await findManagement(addresses);
    const { identity } = anywhere;
    return { addresses, identity, nodes, management, anywhere, atNodes, missing, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function findManagement(
  addresses: ClusterAddresses,
): Promise<Pick<Cluster, 'management' | 'nodes' | 'missing'>> {
  const url = addresses.managementUrl ?? usualManagementUrl(addresses.entryUrl);
  const management = new ManagementApi(url, vhostOf(addresses.entryUrl));
  try {
    return { management, nodes: await management.runningNodes(), missing: [] };
  } catch (thrown) {
    const without = 'without it, node names are unknown and mirrored cases are skipped';
    const hint = addresses.managementUrl ? '' : ' (name it as target.management)';
    const missing = [`No management API: ${messageOf(thrown)}${hint}; ${without}.`];
    return { management: undefined, nodes: [], missing };
  }
}
