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
  /** One for each node address, or a single one over the entry. */
  readonly administrations: readonly [Administration, ...Administration[]];
  /** What this run has to do without, in sentences. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** Connects for administration; throws a BrokerError when the broker cannot be reached. */
export async function openCluster(addresses: ClusterAddresses): Promise<Cluster> {
  const [first = addresses.entryUrl, ...others] = addresses.nodeUrls;
  const administrations: [Administration, ...Administration[]] = [await Administration.open(first)];
  const close = async () => {
    await Promise.all(administrations.map((administration) => administration.close()));
  };
  try {
    for (const url of others) administrations.push(await Administration.open(url));
    const { management, nodes, missing } = await findManagement(addresses);
    const { identity } = administrations[0];
    return { addresses, identity, nodes, management, administrations, missing, close };
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
