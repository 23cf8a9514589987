import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Result, Trial } from '../../src/result/result.js';
import { type Ended, Rmqbench } from '../support/rmqbench.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { readResult, trialsOf } from './support/attached-run.js';
import { type DrillCluster, drillCluster } from './support/drill-cluster.js';
import { rabbitmqctl } from './support/rabbitmqctl.js';

const folder = temporaryFolder();
const cluster = drillCluster();
const profile = fileURLToPath(new URL('support/drill.yaml', import.meta.url));

/** Runs the drill's profile, and lets something happen as soon as it publishes and consumes. */
async function runDuring(
  happen: (cluster: DrillCluster) => Promise<void>,
  settings: readonly string[] = [],
): Promise<Ended & { readonly trial: Trial; readonly result: Result | undefined }> {
  const out = join(folder(), `${Math.random().toString(36).slice(2)}.json`);
  const { entryUrl, managementUrl } = cluster();
  const sets = [`target.management=${managementUrl}`, ...settings].flatMap((one) => ['--set', one]);
  const parameters = ['run', profile, '--url', entryUrl, '--out', out, ...sets];
  const run = new Rmqbench(parameters, { XDG_STATE_HOME: folder() });
  await untilConnected(6);
  await happen(cluster());
  const ended = await run.ended();
  const result = await readResult(out);
  const [trial] = trialsOf(result);
  if (!trial) throw new Error(`nothing was measured:\n${ended.stderr}${ended.stdout}`);
  return { ...ended, trial, result };
}

interface ManagedConnection {
  readonly name: string;
  readonly client_properties?: { readonly connection_name?: string };
}

async function loadConnections(): Promise<ManagedConnection[]> {
  const all = (await ask('GET', 'connections')) as ManagedConnection[];
  return all.filter(({ client_properties: client }) =>
    /publisher|consumer/.test(client?.connection_name ?? ''),
  );
}

async function untilConnected(count: number): Promise<void> {
  for (let i = 0; i < 100; i++) {
    if ((await loadConnections()).length >= count) return;
    await sleep(100);
  }
  throw new Error(`${count} connections of publishers and consumers did not appear`);
}

async function ask(method: string, path: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from('guest:guest').toString('base64')}`;
  const url = `${cluster().managementUrl}/api/${path}`;
  const answer = await fetch(url, { method, headers: { authorization } });
  const text = await answer.text();
  return text === '' ? undefined : JSON.parse(text);
}

function kindsOf({ events }: Trial): string[] {
  return [...new Set(events.map(({ kind }) => kind))];
}

const transient = ['queues.mirrors=none', 'queues.durable=false', 'publishers.persistent=false'];

describe('a run during which', () => {
  test('the load balancer is restarted loses nothing, and tells of it', async () => {
    const { code, trial } = await runDuring(async (drill) => {
      await drill.restart(drill.pidOf('load balancer'));
    });

    expect(trial.ledger).toMatchObject({ lost: 0, lostBasis: 'confirmed', leftInQueues: 0 });
    expect(trial.connections.lost).toBeGreaterThanOrEqual(6);
    expect(kindsOf(trial)).toContain('connections-lost');
    expect(trial.events.every(({ untilSeconds }) => untilSeconds !== null)).toBe(true);
    expect(code).toBe(0);
  });

  test('an operator closes a connection loses nothing, and tells of it', async () => {
    const { code, trial } = await runDuring(async () => {
      const [one] = await loadConnections();
      await ask('DELETE', `connections/${encodeURIComponent(one?.name ?? '')}`);
    });

    expect(trial.ledger).toMatchObject({ lost: 0, leftInQueues: 0 });
    expect(trial.connections.lost).toBe(1);
    expect(trial.events[0]?.text).toMatch(/CONNECTION_FORCED/);
    expect(code).toBe(0);
  });

  test('memory runs low waits for it, loses nothing, and tells for how long', async () => {
    const { code, trial } = await runDuring(async (drill) => {
      const node = drill.pidOf(1);
      await rabbitmqctl(node, 'set_vm_memory_high_watermark', '0.000001');
      await sleep(1500);
      await rabbitmqctl(node, 'set_vm_memory_high_watermark', '0.4');
    });

    expect(trial.ledger).toMatchObject({ lost: 0, inDoubt: 0, leftInQueues: 0 });
    expect(trial.connections.blocked).toBeGreaterThanOrEqual(1);
    expect(trial.connections.blockedSeconds).toBeGreaterThan(0);
    // The alarm, too, if it lasted for long enough to be seen.
    expect(kindsOf(trial)).toContain('connections-blocked');
    expect(code).toBe(0);
  });

  test('a node is stopped and started loses nothing, and tells of it', async () => {
    const { code, trial } = await runDuring(async (drill) => {
      await rabbitmqctl(drill.pidOf(2), 'stop_app');
      await rabbitmqctl(drill.pidOf(2), 'start_app');
    });

    expect(trial.ledger).toMatchObject({ lost: 0, leftInQueues: 0 });
    expect(kindsOf(trial)).toContain('connections-lost');
    expect(code).toBe(0);
  });

  test('the node of plain transient queues is killed says what was lost', async () => {
    let pid = 0;
    const { code, stdout, trial } = await runDuring(
      async (drill) => {
        pid = await drill.restart(drill.pidOf(3));
      },
      [...transient, 'publishers.rate=max', 'consumers.rate=500/s'],
    );
    await rabbitmqctl(pid, 'await_startup');

    expect(trial.ledger.lost).toBeGreaterThan(0);
    const named = trial.ledger.lostMessages.flatMap(({ ranges }) => ranges);
    expect(named.length).toBeGreaterThan(0);
    expect(kindsOf(trial)).toContain('topology-declared-again');
    expect(stdout).toMatch(/confirmed messages? lost: publisher/);
    expect(code).toBe(4);
  });

  test('a node is killed for good loses nothing of mirrored queues', async () => {
    const { code, trial } = await runDuring(async (drill) => drill.kill(drill.pidOf(2)));

    expect(trial.ledger).toMatchObject({ lost: 0, leftInQueues: 0 });
    expect(kindsOf(trial)).toEqual(expect.arrayContaining(['connections-lost', 'node-down']));
    expect(code).toBe(0);
  });
});
