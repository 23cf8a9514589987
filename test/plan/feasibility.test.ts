import { describe, expect, test } from 'vitest';
import { type ClusterAbilities, skipReason } from '../../src/plan/feasibility.js';
import type { QueueSettings } from '../../src/profile/settings.js';
import { settingsWith } from '../support/settings.js';

function reason(queues: Partial<QueueSettings>, cluster: Partial<ClusterAbilities>) {
  return skipReason(settingsWith({ queues }), {
    version: '3.13.7',
    hasManagementApi: true,
    nodeCount: 3,
    ...cluster,
  });
}

describe('mirrored queues', () => {
  test.each(['3.6.0', '3.13.7'])('run on RabbitMQ %s', (version) => {
    expect(reason({ mirrors: 'all' }, { version })).toBeUndefined();
  });

  test.each(['4.0.0', '4.1.2', '10.0.0'])(
    'are skipped on RabbitMQ %s, which has none',
    (version) => {
      expect(reason({ mirrors: 'all' }, { version })).toBe(
        `RabbitMQ ${version} has no mirrored queues (removed in 4.0)`,
      );
    },
  );

  test('are skipped without a management API, which sets their policy', () => {
    expect(reason({ mirrors: 'all' }, { hasManagementApi: false })).toContain('management API');
  });

  test('are skipped when the cluster has fewer nodes than they want', () => {
    expect(reason({ mirrors: { exactly: 4 } }, {})).toBe(
      'mirrors on exactly 4 nodes, and the cluster has 3',
    );
  });

  test('run on as many nodes as the cluster has', () => {
    expect(reason({ mirrors: { exactly: 3 } }, {})).toBeUndefined();
  });

  test('run when nobody knows how many nodes there are', () => {
    expect(reason({ mirrors: { exactly: 4 } }, { nodeCount: undefined })).toBeUndefined();
  });
});

describe('quorum queues', () => {
  test.each(['2.8.7', '3.0.4', '3.7.28'])(
    'are skipped on RabbitMQ %s, which has none',
    (version) => {
      expect(reason({ type: 'quorum' }, { version })).toBe(
        `RabbitMQ ${version} has no quorum queues (added in 3.8)`,
      );
    },
  );

  test.each(['3.8.0', '3.10.1', '3.13.7', '4.0.5'])('run on RabbitMQ %s', (version) => {
    expect(reason({ type: 'quorum' }, { version })).toBeUndefined();
  });

  test('run without a management API', () => {
    expect(reason({ type: 'quorum' }, { hasManagementApi: false })).toBeUndefined();
  });
});

test.each(['3.7.28', '4.1.0'])('plain classic queues run on RabbitMQ %s', (version) => {
  expect(reason({}, { version, hasManagementApi: false, nodeCount: 1 })).toBeUndefined();
});
