import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { prepareNode } from '../../src/testbed/rabbitmq-node.js';
import { temporaryStateRoot } from './support/sleeping-testbed.js';

const plan = {
  name: 'rabbit-2@127.0.0.1',
  clusterNames: ['rabbit-1@127.0.0.1', 'rabbit-2@127.0.0.1'],
  amqpPort: 27010,
  certificateFiles: undefined,
  distributionPort: 27011,
  managementPort: undefined,
  epmdPort: 27000,
};

test('every variable that could lead a node to the files of the system points elsewhere', () => {
  const folder = temporaryStateRoot();
  const { environment } = prepareNode(plan, folder, '/rabbitmq-server');
  const shown = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replace(folder, '/state')]),
  );
  expect(shown).toMatchInlineSnapshot(`
    {
      "ERL_CRASH_DUMP_SECONDS": "0",
      "ERL_EPMD_ADDRESS": "127.0.0.1",
      "ERL_EPMD_PORT": "27000",
      "RABBITMQ_ADVANCED_CONFIG_FILE": "/state/rabbit-2@127.0.0.1/advanced.config",
      "RABBITMQ_CONFIG_FILE": "/state/rabbit-2@127.0.0.1/rabbitmq.conf",
      "RABBITMQ_CONFIG_FILES": "/state/rabbit-2@127.0.0.1/conf.d",
      "RABBITMQ_CONF_ENV_FILE": "/dev/null",
      "RABBITMQ_DIST_PORT": "27011",
      "RABBITMQ_ENABLED_PLUGINS_FILE": "/state/rabbit-2@127.0.0.1/enabled_plugins",
      "RABBITMQ_LOG_BASE": "/state/rabbit-2@127.0.0.1/log",
      "RABBITMQ_MNESIA_BASE": "/state/rabbit-2@127.0.0.1/data",
      "RABBITMQ_NODENAME": "rabbit-2@127.0.0.1",
      "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
      "RABBITMQ_NODE_PORT": "27010",
      "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
      "RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD": "none",
      "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
      "RABBITMQ_USE_LONGNAME": "true",
      "RUNNING_UNDER_SYSTEMD": "true",
    }
  `);
});

test('the files that the variables name exist', () => {
  const folder = temporaryStateRoot();
  const { environment } = prepareNode(plan, folder, '/rabbitmq-server');
  const home = join(folder, 'rabbit-2@127.0.0.1');
  expect(environment['RABBITMQ_CONFIG_FILE']).toBe(join(home, 'rabbitmq.conf'));
  expect(readFileSync(join(home, 'rabbitmq.conf'), 'utf8')).toContain(
    'nodes.2 = rabbit-2@127.0.0.1',
  );
  expect(readFileSync(join(home, 'enabled_plugins'), 'utf8')).toContain('management_agent');
});

test('the ports that a node needs are known for the message when one is taken', () => {
  expect(prepareNode(plan, temporaryStateRoot(), '/rabbitmq-server').ports).toEqual([27010, 27011]);
});
