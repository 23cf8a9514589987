import type { CaseSettings } from '../profile/settings.js';

/** What decides whether a cluster can run a case. */
export interface ClusterAbilities {
  readonly version: string;
  readonly hasManagementApi: boolean;
  /** `undefined` when nothing tells. */
  readonly nodeCount: number | undefined;
}

/** Why this cluster cannot run the case; `undefined` when it can. */
export function skipReason(settings: CaseSettings, cluster: ClusterAbilities): string | undefined {
  const { mirrors, type } = settings.queues;
  const major = Number.parseInt(cluster.version, 10);
  if (mirrors !== 'none') {
    if (major >= 4) return `RabbitMQ ${cluster.version} has no mirrored queues (removed in 4.0)`;
    if (!cluster.hasManagementApi) return 'mirroring is set by a policy over the management API';
    if (typeof mirrors === 'object' && mirrors.exactly > (cluster.nodeCount ?? Infinity)) {
      return `mirrors on exactly ${mirrors.exactly} nodes, and the cluster has ${cluster.nodeCount}`;
    }
  }
  if (type === 'quorum' && (major < 3 || /^3\.[0-7]\./.test(cluster.version))) {
    return `RabbitMQ ${cluster.version} has no quorum queues (added in 3.8)`;
  }
  return undefined;
}
