import { expect, test } from 'vitest';
import { connectionSource, nodeSource, queueSource } from '../../src/observe/broker-source.js';

/** Answers every question alike, and remembers the paths that were asked for. */
function management(answer: unknown) {
  const paths: string[] = [];
  const ask = async (path: string) => {
    paths.push(path);
    return answer;
  };
  return { ask, paths };
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
  expect(await nodeSource(ask).ask()).toEqual([
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

test('a node that does not run has no figures and no alarms', async () => {
  const { ask } = management([{ name: 'rabbit-2@a', running: false }]);
  expect(await nodeSource(ask).ask()).toMatchObject([
    { isRunning: false, memoryUsedBytes: null, memoryAlarm: false, diskAlarm: false },
  ]);
});

test('queues are added up, and counted at their leaders, those of others left out', async () => {
  const { ask, paths } = management([
    { name: 'r.q1', node: 'a', messages_ready: 5, messages_unacknowledged: 1 },
    { name: 'r.q2', node: 'b', messages_ready: 7, messages_unacknowledged: 2 },
    { name: 'r.q3', node: 'a', leader: 'b' },
    { name: 'r.q10', node: 'a', messages_ready: 1000, messages_unacknowledged: 1000 },
  ]);
  const queueNames = new Set(['r.q1', 'r.q2', 'r.q3']);
  const told = await queueSource(ask, { vhost: 'my/host', queueNames }).ask();
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

test('connections are counted by state, as far as they count and have one', async () => {
  const { ask } = management([
    { user_provided_name: 'ours 1', state: 'running' },
    { user_provided_name: 'ours 2', state: 'flow' },
    { user_provided_name: 'ours 3', state: 'flow' },
    { user_provided_name: 'ours 4' },
    { user_provided_name: 'theirs', state: 'blocked' },
    { state: 'blocked' },
  ]);
  const told = await connectionSource(ask, (name) => name.startsWith('ours')).ask();
  expect([...told].sort()).toEqual([
    ['flow', 2],
    ['running', 1],
  ]);
});
