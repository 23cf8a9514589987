import type { CertificateFiles } from './certificate.js';
import { loopback } from './ports.js';

export interface NodeConfig {
  readonly name: string;
  readonly logFile: string;
  readonly amqpPort: number;
  /** For TLS on `amqpPort`; `undefined` is plain AMQP there. */
  readonly certificateFiles: CertificateFiles | undefined;
  /** Undefined on all nodes but the one that runs the management plugin. */
  readonly managementPort: number | undefined;
  /** Every node of the cluster, this one too. */
  readonly clusterNames: readonly string[];
}

/** The plugins of a node, as the Erlang term of its enabled_plugins file. */
export function enabledPlugins(config: Pick<NodeConfig, 'managementPort'>): string {
  // Without the agent a node's statistics are absent on the node with the management plugin.
  const plugin =
    config.managementPort === undefined ? 'rabbitmq_management_agent' : 'rabbitmq_management';
  return `[${plugin}].\n`;
}

/** The text of a node's rabbitmq.conf. */
export function rabbitmqConfig(config: NodeConfig): string {
  return [
    `# ${config.name}: written by rmqbench, thrown away with the cluster.`,
    'log.console = false',
    `log.file = ${config.logFile}`,
    '# A laptop with 1 GB free should be able to run a benchmark; a full disk still stops it.',
    'disk_free_limit.absolute = 50MB',
    "# Each node would take 40 % of the host's memory for its own; together they may.",
    `vm_memory_high_watermark.relative = ${watermark(config.clusterNames.length)}`,
    ...tlsLines(config),
    ...managementLines(config.managementPort),
    ...clusterLines(config.clusterNames),
    '',
  ].join('\n');
}

function watermark(nodes: number): string {
  return (0.4 / nodes).toFixed(4);
}

/** Without these, the environment says where the node listens. */
function tlsLines({ amqpPort, certificateFiles }: NodeConfig): string[] {
  if (certificateFiles === undefined) return [];
  const { certFile, keyFile } = certificateFiles;
  return [
    '# Clients are to speak TLS, and nothing else; they need not show who they are.',
    'listeners.tcp = none',
    `listeners.ssl.1 = ${loopback}:${amqpPort}`,
    `ssl_options.cacertfile = ${certFile}`,
    `ssl_options.certfile = ${certFile}`,
    `ssl_options.keyfile = ${keyFile}`,
    'ssl_options.verify = verify_none',
    'ssl_options.fail_if_no_peer_cert = false',
  ];
}

function managementLines(port: number | undefined): string[] {
  return port === undefined
    ? []
    : [`management.tcp.ip = ${loopback}`, `management.tcp.port = ${port}`];
}

function clusterLines(names: readonly string[]): string[] {
  if (names.length === 1) return [];
  return [
    'cluster_formation.peer_discovery_backend = classic_config',
    ...names.map((name, i) => `cluster_formation.classic_config.nodes.${i + 1} = ${name}`),
    '# The nodes start together and enter the cluster one by one, guarded by a lock. The first to',
    '# get the lock finds nobody to join and by default looks ten times, 500 ms apart, while all',
    '# others wait. The lock alone makes sure that there is one cluster, so one more look will do.',
    'cluster_formation.discovery_retry_limit = 1',
    'cluster_formation.discovery_retry_interval = 100',
    '# Many nodes may wait long for their turn; the default of ten attempts is for a few.',
    'cluster_formation.internal_lock_retries = 100',
  ];
}
