import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type ToWatch, type Watched, Watcher } from '../../src/observe/watcher.js';
import { FakeClock } from '../support/fake-clock.js';

let clock: FakeClock;
beforeEach(() => {
  clock = new FakeClock();
});
afterEach(() => void vi.useRealTimers());

/** Answers for a node, a queue and a connection, or says that it is down. */
function management(down: readonly string[] = []): ToWatch['management'] {
  const answers: Readonly<Record<string, unknown>> = {
    nodes: [{ name: 'a', running: true }],
    queues: [{ name: 'q1', node: 'a', messages_ready: 3 }],
    connections: [{ user_provided_name: 'ours', state: 'running' }],
  };
  return {
    ask: async (path) => {
      const [, kind = ''] = /^\/api\/(\w+)/.exec(path) ?? [];
      if (down.includes(kind)) throw new Error(`${kind} are down`);
      return answers[kind];
    },
    vhost: '/',
    queueNames: new Set(['q1']),
    isCounted: (name) => name === 'ours',
  };
}

/** Watches for so long, with the start instant after half a second and the stop instant after a whole. */
async function watched(what: Partial<ToWatch>, millis = 1500): Promise<Watched> {
  const nothing = { management: undefined, statisticsUrl: undefined, processes: [], absent: [] };
  const watcher = new Watcher({ ...nothing, ...what }, clock);
  await watcher.start();
  await clock.advanceTo(500);
  watcher.onWindow('start');
  await clock.advanceTo(1000);
  watcher.onWindow('stop');
  await clock.advanceTo(millis);
  watcher.end();
  return watcher.finish();
}

test('all that a management API tells is seen', async () => {
  const { nodes, queues, connections, absent } = await watched({ management: management() });
  expect(nodes).toMatchObject([{ told: [{ name: 'a', isRunning: true }] }, {}]);
  expect(queues).toMatchObject([{ told: { ready: 3 } }, {}]);
  expect(connections).toEqual([{ atMicros: 0, told: new Map([['running', 1]]) }]);
  expect(absent).toEqual([]);
});

test('connections are asked for as seldom as RabbitMQ renews what it says of them', async () => {
  const { connections, nodes } = await watched({ management: management() }, 9500);
  expect(nodes).toHaveLength(10);
  expect(connections).toHaveLength(2);
});

test('what told nothing is named, and why, beside what was known to be absent', async () => {
  const { absent, queues } = await watched({
    management: management(['nodes', 'connections']),
    absent: ['No processes.'],
  });
  expect(queues).not.toEqual([]);
  expect(absent).toEqual([
    'No processes.',
    'The memory, disk and alarms of the nodes were not watched: nodes are down.',
    'The states of the connections were not watched: connections are down.',
  ]);
});

test('the questions of all sources are counted', async () => {
  const { cost } = await watched({ management: management(['nodes']) });
  // Two rounds of nodes, queues and processes, one of connections.
  expect(cost).toEqual({ questions: 7, unanswered: 2, askingMicros: 0 });
});

test('processes are read at the start and the stop instant, besides', async () => {
  const own = { kind: 'node', label: 'this test', pid: process.pid } as const;
  const { atStart, atStop, processes } = await watched({ processes: [own] });
  expect(processes).toHaveLength(2);
  expect(atStart.map(({ label }) => label)).toEqual(atStop.map(({ label }) => label));
  const cpuOf = (uses: Watched['atStart']) => uses[0]?.cpuSeconds ?? Number.NaN;
  expect(cpuOf(atStop)).toBeGreaterThanOrEqual(cpuOf(atStart));
});

test('an edge at which the processes cannot be read is empty, and ends nothing', async () => {
  const own = { kind: 'node', label: 'this test', pid: process.pid } as const;
  // It is read from a file, too.
  const memory = vi.spyOn(process.memoryUsage, 'rss').mockImplementation(() => {
    throw new Error('EMFILE');
  });
  const { atStart, atStop, processesToWatch } = await watched({ processes: [own] });
  memory.mockRestore();
  expect([atStart, atStop]).toEqual([[], []]);
  expect(processesToWatch).toEqual([own]);
});

describe('the servers behind a load balancer', () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** A page of statistics that answers after so long, unless its question is one of those that fail. */
  function statistics(takesMillis: number, failing: readonly number[] = []): { asked: number } {
    const page = { asked: 0 };
    vi.stubGlobal('fetch', async () => {
      const fails = failing.includes(page.asked++);
      await new Promise((resolve) => setTimeout(resolve, takesMillis));
      return new Response('# svname,\na,\n', { status: fails ? 503 : 200 });
    });
    return page;
  }

  const nothing = { management: undefined, processes: [], absent: [] };
  const statisticsUrl = 'http://haproxy/';

  test.each([
    [800, 800],
    [60_000, 2000],
  ])(
    'are seen before connections may be opened: %d ms are waited for %d ms',
    async (takes, waits) => {
      statistics(takes);
      const watcher = new Watcher({ ...nothing, statisticsUrl }, clock);
      let isReady = false;
      void watcher.start().then(() => {
        isReady = true;
      });
      await clock.advanceTo(waits - 1);
      expect(isReady).toBe(false);
      await clock.advanceTo(waits);
      expect(isReady).toBe(true);
      watcher.end();
    },
  );

  test('are waited for alone', async () => {
    const ask = () => new Promise<never>(() => {});
    const { queueNames, vhost, isCounted } = management() ?? {};
    if (!queueNames || !isCounted || vhost === undefined) throw new Error('there is one');
    const watcher = new Watcher(
      { ...nothing, statisticsUrl: undefined, management: { ask, queueNames, vhost, isCounted } },
      clock,
    );
    await watcher.start();
    watcher.end();
  });

  test.each([
    [[], true],
    [[0], false],
    [[2], false],
  ])(
    'are seen throughout if the first and the last word was heard: failing %j, %s',
    async (failing, expected) => {
      const page = statistics(0, failing);
      const watcher = new Watcher({ ...nothing, statisticsUrl }, clock);
      const starting = watcher.start();
      await clock.advanceTo(1500);
      await starting;
      const finish = watcher.finish();
      await clock.advanceTo(2000);
      expect(await finish).toMatchObject({ sawServersThroughout: expected });
      expect(page.asked).toBe(3);
    },
  );
});
