import { describe, expect, test } from 'vitest';
import { connectionSource, nodeSource, queueSource } from '../../src/observe/broker-source.js';

const { signal } = new AbortController();

/** Answers every question alike, and remembers the paths that were asked for. */
function management(answer: unknown) {
  const paths: string[] = [];
  const signals: AbortSignal[] = [];
  const ask = async (path: string, asked: AbortSignal) => {
    paths.push(path);
    signals.push(asked);
    return answer;
  };
  return { ask, paths, signals };
}

test('nodes tell of memory, disk and alarms, each against its limit', async () => {
  const { ask } = management([
    {
      name: 'rabbit-1@a',
      running: true,
      mem_used: 900,
      mem_limit: 800,
      mem_alarm: true,
      disk_free: 5000,
      disk_free_limit: 50,
      disk_free_alarm: false,
    },
  ]);
  expect(await nodeSource(ask).ask(signal)).toEqual([
    {
      name: 'rabbit-1@a',
      isRunning: true,
      memoryUsedBytes: 900,
      memoryLimitBytes: 800,
      memoryAlarm: true,
      diskFreeBytes: 5000,
      diskFreeLimitBytes: 50,
      diskAlarm: false,
    },
  ]);
});

test('a node that does not run has no figures, and nobody knows of its alarms', async () => {
  const { ask } = management([{ name: 'rabbit-2@a', running: false }]);
  expect(await nodeSource(ask).ask(signal)).toMatchObject([
    { isRunning: false, memoryUsedBytes: null, memoryAlarm: null, diskAlarm: null },
  ]);
});

test('queues are added up, and counted at their leaders, those of others left out', async () => {
  const { ask, paths } = management([
    { name: 'r.q1', node: 'a', messages_ready: 5, messages_unacknowledged: 1 },
    { name: 'r.q2', node: 'b', messages_ready: 7, messages_unacknowledged: 2 },
    { name: 'r.q3', node: 'a', leader: 'b', messages_ready: 0, messages_unacknowledged: 0 },
    { name: 'r.q10', node: 'a', messages_ready: 1000, messages_unacknowledged: 1000 },
  ]);
  const queueNames = new Set(['r.q1', 'r.q2', 'r.q3']);
  const told = await queueSource(ask, { vhost: 'my/host', queueNames }).ask(signal);
  expect(told).toEqual({
    ready: 12,
    unacknowledged: 3,
    leaders: new Map([
      ['a', 1],
      ['b', 2],
    ]),
  });
  expect(paths).toEqual([expect.stringMatching(/^\/api\/queues\/my%2Fhost\?disable_stats=true&/)]);
});

describe('of queues nothing is told', () => {
  const queueNames = new Set(['r.q1', 'r.q2']);
  const told = { name: 'r.q1', node: 'a', messages_ready: 5, messages_unacknowledged: 1 };

  test.each([
    ['no depth, when one has no statistics yet', { name: 'r.q2', node: 'b' }],
    ['neither depth nor leaders, when one is not listed yet', { name: 'r.q3' }],
  ])('that is not known of each: %s', async (_, other) => {
    const { ask } = management([told, other]);
    const isListed = queueNames.has(other.name);
    expect(await queueSource(ask, { vhost: '/', queueNames }).ask(signal)).toEqual({
      ready: null,
      unacknowledged: null,
      leaders: isListed ? new Map(Object.entries({ a: 1, b: 1 })) : null,
    });
  });
});

test('every question ends with the signal that it is asked with', async () => {
  const { ask, signals } = management([]);
  await nodeSource(ask).ask(signal);
  await queueSource(ask, { vhost: '/', queueNames: new Set() }).ask(signal);
  await connectionSource(ask, () => true).ask(signal);
  expect(signals).toEqual([signal, signal, signal]);
});

test('connections are counted by state, as far as they count and have one', async () => {
  const { ask } = management([
    { user_provided_name: 'ours 1', state: 'running' },
    { user_provided_name: 'ours 2', state: 'flow' },
    { user_provided_name: 'ours 3', state: 'flow' },
    { user_provided_name: 'ours 4' },
    { user_provided_name: 'theirs', state: 'blocked' },
    { state: 'blocked' },
  ]);
  const told = await connectionSource(ask, (name) => name.startsWith('ours')).ask(signal);
  expect([...told].sort()).toEqual([
    ['flow', 2],
    ['running', 1],
  ]);
});
