import type { TestbedStatus } from '../testbed/kept-testbed.js';

/** Where a cluster answers, and who vouches for it, for people to read. */
export function clusterStatusText(name: string, status: TestbedStatus): string {
  if (status.state === 'down') return `cluster "${name}" is down\n`;
  const { addresses, caFile, processes, usedBy } = status;
  const lines = [
    `cluster "${name}" is up${usedBy === undefined ? '' : `, used by process ${usedBy}`}`,
    ...(addresses.loadBalancerUrl ? [`  load balancer  ${addresses.loadBalancerUrl}`] : []),
    ...addresses.nodes.map(({ name: node, url }) => `  ${node}  ${url}`),
    `  management     ${addresses.managementUrl}`,
    ...(caFile ? [`  authority      ${caFile}`] : []),
    ...processes.filter((one) => !one.isAlive).map((one) => `  ${one.label} has died`),
  ];
  return `${lines.join('\n')}\n`;
}
