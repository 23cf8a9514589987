import { expect, test } from 'vitest';
import { enabledPlugins, rabbitmqConfig } from '../../src/testbed/rabbitmq-config.js';

test('the first of two nodes runs the management plugin and names both nodes', () => {
  const config = rabbitmqConfig({
    name: 'rabbit-1@127.0.0.1',
    logFile: '/state/rabbit-1@127.0.0.1.log',
    amqpPort: 27010,
    certificateFiles: undefined,
    managementPort: 27002,
    clusterNames: ['rabbit-1@127.0.0.1', 'rabbit-2@127.0.0.1'],
  });
  expect(config).toMatchInlineSnapshot(`
    "# rabbit-1@127.0.0.1: written by rmqbench, thrown away with the cluster.
    log.console = false
    log.file = /state/rabbit-1@127.0.0.1.log
    # A laptop with 1 GB free should be able to run a benchmark; a full disk still stops it.
    disk_free_limit.absolute = 50MB
    # Each node would take 40 % of the host's memory for its own; together they may.
    vm_memory_high_watermark.relative = 0.2000
    management.tcp.ip = 127.0.0.1
    management.tcp.port = 27002
    cluster_formation.peer_discovery_backend = classic_config
    cluster_formation.classic_config.nodes.1 = rabbit-1@127.0.0.1
    cluster_formation.classic_config.nodes.2 = rabbit-2@127.0.0.1
    # The nodes start together and enter the cluster one by one, guarded by a lock. The first to
    # get the lock finds nobody to join and by default looks ten times, 500 ms apart, while all
    # others wait. The lock alone makes sure that there is one cluster, so one more look will do.
    cluster_formation.discovery_retry_limit = 1
    cluster_formation.discovery_retry_interval = 100
    # Many nodes may wait long for their turn; the default of ten attempts is for a few.
    cluster_formation.internal_lock_retries = 100
    "
  `);
  expect(enabledPlugins({ managementPort: 27002 })).toBe('[rabbitmq_management].\n');
});

test('a node alone looks for no cluster', () => {
  const config = rabbitmqConfig({
    name: 'rabbit-1@127.0.0.1',
    logFile: '/state/rabbit-1@127.0.0.1.log',
    amqpPort: 27010,
    certificateFiles: undefined,
    managementPort: 27002,
    clusterNames: ['rabbit-1@127.0.0.1'],
  });
  expect(config).not.toContain('cluster_formation');
});

test('the other nodes run the management agent alone', () => {
  expect(enabledPlugins({ managementPort: undefined })).toBe('[rabbitmq_management_agent].\n');
});

test('a node that speaks TLS listens for nothing else', () => {
  const config = rabbitmqConfig({
    name: 'rabbit-1@127.0.0.1',
    logFile: '/state/rabbit-1@127.0.0.1.log',
    amqpPort: 27010,
    certificateFiles: { certFile: '/state/certificate.pem', keyFile: '/state/key.pem' },
    managementPort: undefined,
    clusterNames: ['rabbit-1@127.0.0.1'],
  });
  expect(config.slice(config.indexOf('# Clients'))).toMatchInlineSnapshot(`
    "# Clients are to speak TLS, and nothing else; they need not show who they are.
    listeners.tcp = none
    listeners.ssl.1 = 127.0.0.1:27010
    ssl_options.cacertfile = /state/certificate.pem
    ssl_options.certfile = /state/certificate.pem
    ssl_options.keyfile = /state/key.pem
    ssl_options.verify = verify_none
    ssl_options.fail_if_no_peer_cert = false
    "
  `);
});
