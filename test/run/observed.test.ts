import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Watched } from '../../src/observe/watcher.js';
import type { Observed } from '../../src/result/observed.js';
import { increase, observedOf, windowCpuMicros } from '../../src/run/observed.js';
import { nothingWatched } from './finished-trial.js';
import { nodeState, nodeUse, seen, serverState } from './seen.js';

/** Of a trial that is measured from second 10 to second 20. */
function observed(watched: Partial<Watched>): Observed {
  const window = { startMicros: 10e6, stopMicros: 20e6 };
  return observedOf({ ...nothingWatched, ...watched }, window);
}

test('a trial that nobody watched has nothing observed, and says why', () => {
  const cost = { questions: 3, unanswered: 2, askingMicros: 1_234_567 };
  expect(observed({ absent: ['No management API.'], cost })).toEqual({
    nodes: [],
    queues: null,
    connections: null,
    loadBalancer: null,
    processes: [],
    absent: ['No management API.'],
    cost: { questions: 3, unanswered: 2, waitedSeconds: 1.235 },
  });
});

describe('a node', () => {
  test('has the most memory in use and the least free disk that were seen', () => {
    const nodes = [
      seen(9, [nodeState('a', { memoryUsedBytes: 300, diskFreeBytes: 70 })]),
      seen(11, [nodeState('a', { memoryUsedBytes: 900, diskFreeBytes: 90 })]),
      seen(12, [nodeState('a', { memoryUsedBytes: null, diskFreeBytes: null })]),
      seen(13, [nodeState('a', { memoryUsedBytes: 500, diskFreeBytes: 60 })]),
    ];
    expect(observed({ nodes }).nodes).toMatchObject([
      {
        name: 'a',
        memoryUsedBytesMax: 900,
        memoryLimitBytes: 1000,
        diskFreeBytesMin: 60,
        diskFreeLimitBytes: 50,
        memoryAlarm: false,
        diskAlarm: false,
      },
    ]);
  });

  test('that never told of its memory has none that is known', () => {
    const nodes = [seen(9, [nodeState('a', { memoryUsedBytes: null, memoryLimitBytes: null })])];
    expect(observed({ nodes }).nodes).toMatchObject([
      { memoryUsedBytesMax: null, memoryLimitBytes: null },
    ]);
  });

  test('keeps an alarm that was seen once', () => {
    const nodes = [
      seen(9, [nodeState('a', { memoryAlarm: true }), nodeState('b')]),
      seen(10, [nodeState('a'), nodeState('b', { diskAlarm: true })]),
      seen(11, [nodeState('a'), nodeState('b')]),
    ];
    expect(observed({ nodes }).nodes).toMatchObject([
      { name: 'a', memoryAlarm: true, diskAlarm: false },
      { name: 'b', memoryAlarm: false, diskAlarm: true },
    ]);
  });

  test('whose alarms nobody told of may have raised some', () => {
    const unknown = nodeState('a', { memoryAlarm: null, diskAlarm: null });
    expect(observed({ nodes: [seen(9, [unknown])] }).nodes).toMatchObject([
      { memoryAlarm: null, diskAlarm: null },
    ]);
    expect(
      observed({ nodes: [seen(9, [unknown]), seen(10, [nodeState('a')])] }).nodes,
    ).toMatchObject([{ memoryAlarm: false, diskAlarm: false }]);
  });

  test('leads nobody knows how many queues when these were never seen', () => {
    const nodes = [seen(9, [nodeState('a')])];
    const queues = [seen(9, { ready: 0, unacknowledged: 0, leaders: null })];
    expect(observed({ nodes }).nodes).toMatchObject([{ leaders: null }]);
    expect(observed({ nodes, queues }).nodes).toMatchObject([{ leaders: null }]);
  });

  test('leads as many queues as were last seen there before the stop', () => {
    const queues = [
      seen(9, { ready: 0, unacknowledged: 0, leaders: new Map([['a', 2]]) }),
      seen(19, { ready: 0, unacknowledged: 0, leaders: new Map([['b', 2]]) }),
      seen(19.5, { ready: 0, unacknowledged: 0, leaders: null }),
      seen(21, { ready: 0, unacknowledged: 0, leaders: new Map([['a', 2]]) }),
    ];
    const nodes = [seen(9, [nodeState('a'), nodeState('b')])];
    expect(observed({ nodes, queues }).nodes).toMatchObject([
      { name: 'a', leaders: 0 },
      { name: 'b', leaders: 2 },
    ]);
  });
});

describe('queues', () => {
  const leaders = new Map<string, number>();

  test('are as deep as they were seen up to the stop, for then they are drained', () => {
    const queues = [
      seen(9, { ready: 70, unacknowledged: 1, leaders }),
      seen(15, { ready: 20, unacknowledged: 8, leaders }),
      seen(19, { ready: 30, unacknowledged: 5, leaders }),
      seen(21, { ready: 90, unacknowledged: 90, leaders }),
    ];
    expect(observed({ queues }).queues).toEqual({
      readyMessagesMax: 70,
      unacknowledgedMessagesMax: 8,
      readyMessagesAtStop: 30,
      unacknowledgedMessagesAtStop: 5,
    });
  });

  test('of which not all were known yet have the depth of the other moments', () => {
    const queues = [
      seen(9, { ready: null, unacknowledged: null, leaders }),
      seen(18, { ready: 30, unacknowledged: null, leaders }),
      seen(19, { ready: null, unacknowledged: null, leaders }),
    ];
    expect(observed({ queues }).queues).toEqual({
      readyMessagesMax: 30,
      unacknowledgedMessagesMax: null,
      readyMessagesAtStop: 30,
      unacknowledgedMessagesAtStop: null,
    });
  });

  test.each([
    [16.999, null],
    [17, 30],
  ])('that were last seen at second %d of 20 are %j deep at the stop', (atSeconds, atStop) => {
    const queues = [seen(atSeconds, { ready: 30, unacknowledged: 30, leaders })];
    expect(observed({ queues }).queues).toMatchObject({
      readyMessagesMax: 30,
      readyMessagesAtStop: atStop,
      unacknowledgedMessagesAtStop: atStop,
    });
  });
});

test('connections are counted by the most that were in a state at once', () => {
  const connections = [
    seen(9, new Map([['running', 12]])),
    seen(
      14,
      new Map([
        ['running', 10],
        ['flow', 2],
      ]),
    ),
  ];
  expect(observed({ connections }).connections).toEqual({ maxByState: { running: 12, flow: 2 } });
});

test('a server has the most sessions at once, and what its counters grew by if that was all seen', () => {
  const before = { sessionsOpened: 100, bytesIn: 1000, bytesOut: 2000 };
  const servers = [
    seen(8, [serverState('a', before)]),
    seen(12, [serverState('a', { ...before, sessions: 4, sessionsOpened: 104 })]),
    seen(22, [serverState('a', { sessionsOpened: 105, bytesIn: 1600, bytesOut: 2900 })]),
  ];
  const most = { name: 'a', wasDown: false, sessionsMax: 4 };
  expect(observed({ servers, sawServersThroughout: true }).loadBalancer?.servers).toEqual([
    { ...most, sessionsOpened: 5, bytesIn: 600, bytesOut: 900 },
  ]);
  const unknown = { sessionsOpened: null, bytesIn: null, bytesOut: null };
  expect(observed({ servers }).loadBalancer?.servers).toEqual([{ ...most, ...unknown }]);
});

test('a server that was seen down was down', () => {
  const servers = [seen(8, [serverState('a', { isUp: false })]), seen(9, [serverState('a')])];
  expect(observed({ servers }).loadBalancer?.servers).toMatchObject([{ wasDown: true }]);
});

test('a counter that begins anew goes on growing', () => {
  const parts = fc.array(fc.array(fc.nat({ max: 1000 }), { minLength: 1 }), { minLength: 1 });
  fc.assert(
    fc.property(parts, (lives) => {
      // Each life counts up from zero by these steps, and is seen after each.
      const counts = lives.flatMap((steps) => {
        let count = 0;
        return [
          0,
          ...steps.map((step) => {
            count += step;
            return count;
          }),
        ];
      });
      const grown = lives.flat().reduce((total, step) => total + step, 0);
      expect(increase(counts)).toBe(grown);
    }),
  );
});

describe('a process', () => {
  const processes = [
    seen(9, [nodeUse('a', 1, { memoryBytes: 300 })]),
    seen(15, [nodeUse('a', 2, { memoryBytes: 200 })]),
  ];

  test('has used what it used between the start and the stop', () => {
    const window = { atStart: [nodeUse('a', 1.5)], atStop: [nodeUse('a', 6.5)] };
    expect(observed({ processes, ...window }).processes).toEqual([
      { kind: 'node', label: 'a', cpuSeconds: 5, cpuCores: 0.5, memoryBytesMax: 300 },
    ]);
  });

  test('that was not there at one of the two has used nobody knows what', () => {
    const window = { atStart: [nodeUse('a', 1.5)], atStop: [] };
    expect(observed({ processes, ...window }).processes).toMatchObject([
      { cpuSeconds: null, cpuCores: null },
    ]);
  });
});

describe('the CPU time of a kind of process', () => {
  const balancer = nodeUse('HAProxy', 50, { kind: 'load-balancer' });
  const processesToWatch = [
    { kind: 'node', label: 'a', pid: 1 },
    { kind: 'node', label: 'b', pid: 2 },
    { kind: 'load-balancer', label: 'HAProxy', pid: 3 },
  ] as const;

  test('is that of all of them together, and of no others', () => {
    const atStart = [nodeUse('a', 1), nodeUse('b', 2), balancer];
    const atStop = [nodeUse('a', 1.5), nodeUse('b', 4), { ...balancer, cpuSeconds: 99 }];
    expect(windowCpuMicros({ atStart, atStop, processesToWatch }, 'node')).toBe(2.5e6);
  });

  test('is not known when there are none, or one of them has gone', () => {
    const atStart = [nodeUse('a', 1), nodeUse('b', 2)];
    const gone = { atStart, atStop: [nodeUse('a', 9)], processesToWatch };
    expect(windowCpuMicros(gone, 'node')).toBeNull();
    const nothing = { atStart: [], atStop: [], processesToWatch: [] };
    expect(windowCpuMicros(nothing, 'load-balancer')).toBeNull();
  });

  test('is not known when one of them was never seen', () => {
    const uses = { atStart: [nodeUse('a', 1)], atStop: [nodeUse('a', 9)] };
    expect(windowCpuMicros({ ...uses, processesToWatch }, 'node')).toBeNull();
  });
});
