import { expect, test } from 'vitest';
import { clusterStatusText } from '../../src/cli/cluster-status-text.js';
import type { TestbedStatus } from '../../src/testbed/kept-testbed.js';

const node = { kind: 'node', label: 'rabbit-1@127.0.0.1', pid: 7, isAlive: true } as const;

function up(changes: Partial<TestbedStatus>): TestbedStatus {
  return {
    state: 'up',
    spec: { name: 'mine', nodes: 1, loadBalancers: 0, balance: 'roundrobin', tls: false },
    addresses: {
      loadBalancerUrl: undefined,
      nodes: [{ name: 'rabbit-1@127.0.0.1', url: 'amqp://127.0.0.1:27001' }],
      managementUrl: 'http://127.0.0.1:27002',
      loadBalancer: undefined,
    },
    caFile: undefined,
    usedBy: undefined,
    processes: [node],
    ...changes,
  } as TestbedStatus;
}

test('a cluster that is up is told with its addresses', () => {
  expect(clusterStatusText('mine', up({}))).toBe(
    [
      'cluster "mine" is up',
      '  rabbit-1@127.0.0.1  amqp://127.0.0.1:27001',
      '  management     http://127.0.0.1:27002',
      '',
    ].join('\n'),
  );
});

test('a cluster with TLS is told with the file of who vouches for it', () => {
  const text = clusterStatusText('mine', up({ caFile: '/state/mine/certificate.pem' }));
  expect(text).toContain('\n  authority      /state/mine/certificate.pem\n');
});

test('whoever uses a cluster, and what of it has died, is told', () => {
  const text = clusterStatusText(
    'mine',
    up({ usedBy: 42, processes: [{ ...node, isAlive: false }] }),
  );
  expect(text).toContain('cluster "mine" is up, used by process 42\n');
  expect(text).toContain('  rabbit-1@127.0.0.1 has died\n');
});
