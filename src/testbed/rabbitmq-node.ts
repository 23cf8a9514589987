import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CertificateFiles } from './certificate.js';
import { logFileOf, type ProgramPlan } from './child-process.js';
import { loopback } from './ports.js';
import { enabledPlugins, rabbitmqConfig } from './rabbitmq-config.js';

export interface NodePlan {
  readonly name: string;
  readonly clusterNames: readonly string[];
  readonly amqpPort: number;
  /** For TLS on `amqpPort`; `undefined` is plain AMQP there. */
  readonly certificateFiles: CertificateFiles | undefined;
  readonly distributionPort: number;
  readonly managementPort: number | undefined;
  readonly epmdPort: number;
}

/**
 * Writes the secret by which the nodes of one cluster know each other. Left to themselves, nodes
 * that start together would each make up one of their own.
 */
export function writeCookie(folder: string): void {
  writeFileSync(join(folder, '.erlang.cookie'), randomUUID(), { mode: 0o400 });
}

/** Writes the files of one RabbitMQ node below the testbed's folder, and says how to start it. */
export function prepareNode(plan: NodePlan, folder: string, rabbitmqServer: string): ProgramPlan {
  const home = join(folder, plan.name);
  const logFile = logFileOf(folder, plan.name);
  mkdirSync(home);
  writeFileSync(join(home, 'rabbitmq.conf'), rabbitmqConfig({ ...plan, logFile }));
  writeFileSync(join(home, 'enabled_plugins'), enabledPlugins(plan));
  const ports = [plan.amqpPort, plan.distributionPort, plan.managementPort];
  return {
    kind: 'node',
    label: plan.name,
    file: rabbitmqServer,
    arguments: [],
    environment: nodeEnvironment(plan, home),
    ports: ports.filter((port) => port !== undefined),
  };
}

function nodeEnvironment(plan: NodePlan, home: string): Record<string, string> {
  return {
    RABBITMQ_NODENAME: plan.name,
    RABBITMQ_USE_LONGNAME: 'true',
    RABBITMQ_NODE_IP_ADDRESS: loopback,
    RABBITMQ_NODE_PORT: String(plan.amqpPort),
    RABBITMQ_DIST_PORT: String(plan.distributionPort),
    ERL_EPMD_ADDRESS: loopback,
    ERL_EPMD_PORT: String(plan.epmdPort),
    RABBITMQ_MNESIA_BASE: join(home, 'data'),
    RABBITMQ_LOG_BASE: join(home, 'log'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'enabled_plugins'),
    RABBITMQ_CONFIG_FILE: join(home, 'rabbitmq.conf'),
    // These two need not exist; they stand in the place of the system's files below /etc/rabbitmq.
    RABBITMQ_CONFIG_FILES: join(home, 'conf.d'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(home, 'advanced.config'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    // The start script then replaces itself by the Erlang machine instead of waiting for it as a
    // shell: the pid that is recorded, watched and measured is the node's own.
    RUNNING_UNDER_SYSTEMD: 'true',
    ...schedulerEnvironment,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_use_interface {${loopback.replaceAll('.', ',')}}`,
    // Nobody reads the dump of a node that fails to start, and writing it delays the message.
    ERL_CRASH_DUMP_SECONDS: '0',
  };
}

const schedulerEnvironment = {
  // RabbitMQ binds scheduler i to core i, which suits a machine of its own. Here all nodes share
  // the cores, and each would put its first scheduler, the busiest one, on the first core.
  RABBITMQ_SCHEDULER_BIND_TYPE: 'u',
  // An idle scheduler must sleep rather than spin, or idle nodes take the cores from busy ones.
  // Newer versions of RabbitMQ have this as their default (it becomes +sbwt, +sbwtdcpu and
  // +sbwtdio).
  RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD: 'none',
};
