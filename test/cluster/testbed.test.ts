import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { InterruptedError } from '../../src/base/errors.js';
import { cleanAbandoned } from '../../src/testbed/abandoned.js';
import { findTestbed, stopTestbed } from '../../src/testbed/kept-testbed.js';
import { chooseFreePorts } from '../../src/testbed/ports.js';
import type { Testbed } from '../../src/testbed/running-testbed.js';
import { startTestbed, type TestbedOptions } from '../../src/testbed/testbed.js';
import type { TestbedSpec } from '../../src/testbed/testbed-spec.js';

const oneNode: TestbedSpec = {
  name: 'one',
  nodes: 1,
  loadBalancers: 0,
  balance: 'roundrobin',
  tls: false,
};
const twoNodes: TestbedSpec = {
  name: 'two',
  nodes: 2,
  loadBalancers: 1,
  balance: 'leastconn',
  tls: false,
};

/** A state root of the test's own, whose testbeds are ended whatever becomes of the test. */
function ownStateRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'rmqbench-cluster-'));
  onTestFinished(async () => {
    for (const name of readdirSync(root)) await stopTestbed(name, root).catch(() => false);
    rmSync(root, { recursive: true, force: true });
  });
  return root;
}

async function start(
  spec: TestbedSpec,
  stateRoot: string,
  options: Partial<TestbedOptions> = {},
): Promise<Testbed> {
  const signal = new AbortController().signal;
  const testbed = await startTestbed(spec, { stateRoot, signal, onProgress: () => {}, ...options });
  onTestFinished(() => testbed.stop());
  return testbed;
}

/** The pids of all processes that name this folder in their environment or command. */
function processesOf(folder: string): string[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => Number(pid) !== process.pid && mentions(pid, folder));
}

function mentions(pid: string, folder: string): boolean {
  return ['environ', 'cmdline'].some((file) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1').includes(folder);
    } catch {
      return false;
    }
  });
}

async function api(testbed: Testbed, path: string): Promise<unknown> {
  const headers = { authorization: `Basic ${btoa('guest:guest')}` };
  const response = await fetch(`${testbed.addresses.managementUrl}/api/${path}`, { headers });
  return response.json();
}

test('two nodes form one cluster behind HAProxy, and stopping leaves nothing', async () => {
  const root = ownStateRoot();
  const testbed = await start(twoNodes, root);

  expect(await api(testbed, 'nodes')).toMatchObject([
    { name: 'rabbit-1@127.0.0.1', running: true },
    { name: 'rabbit-2@127.0.0.1', running: true },
  ]);
  expect(testbed.addresses.nodes.map(({ name }) => name)).toEqual([
    'rabbit-1@127.0.0.1',
    'rabbit-2@127.0.0.1',
  ]);
  const statistics = await fetch(`${testbed.addresses.loadBalancer?.statisticsUrl};csv`);
  expect((await statistics.text()).match(/^nodes,rabbit-\d,.*,UP,/gm)).toHaveLength(2);
  expect(testbed.addresses.loadBalancer?.version).toMatch(/^\d+\.\d+/);
  const commands = testbed.processes.map(({ pid }) => readFileSync(`/proc/${pid}/comm`, 'utf8'));
  expect(commands).toEqual(['epmd\n', 'beam.smp\n', 'beam.smp\n', 'haproxy\n']);
  expect(processesOf(root).length).toBeGreaterThan(4);

  await testbed.stop();
  expect(processesOf(root)).toEqual([]);
  // Node collects its ended children a moment later.
  const left = () => testbed.processes.filter(({ pid }) => existsSync(`/proc/${pid}`));
  await expect.poll(left).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test('a taken port gives an error that says so, and leaves nothing', async () => {
  const root = ownStateRoot();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  const taken = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const choosePorts = async (count: number) => {
    const ports = [...(await chooseFreePorts(count))];
    ports[4] = taken;
    return ports;
  };

  const starting = start(oneNode, root, { choosePorts });
  await expect(starting).rejects.toThrow(
    new RegExp(`^rabbit-1@127.0.0.1 ended .*another program has one of its ports \\(${taken}, `),
  );
  expect(processesOf(root)).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test('a node that is killed is reported with its name', async () => {
  const testbed = await start(oneNode, ownStateRoot());
  const node = testbed.processes.find(({ kind }) => kind === 'node');
  process.kill(node?.pid ?? 0, 'SIGKILL');
  const failure = await testbed.failure;
  expect(failure.message).toMatch(
    /^rabbit-1@127\.0\.0\.1 was killed by SIGKILL\.\nThe end of .*\n/,
  );
});

test('an abort while the nodes start ends them at once', async () => {
  const root = ownStateRoot();
  const abort = new AbortController();
  const starting = start(twoNodes, root, {
    signal: abort.signal,
    onProgress: (text) => {
      if (text.startsWith('waiting')) setTimeout(() => abort.abort(), 1500);
    },
  });
  await once(abort.signal, 'abort');
  await expect(starting).rejects.toBeInstanceOf(InterruptedError);
  expect(processesOf(root)).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test('a cluster put up to stay is found, reused by the next run and put down', async () => {
  const root = ownStateRoot();
  const putUp = await start(oneNode, root, { keep: true });
  await putUp.stop();
  expect(findTestbed('one', root)).toMatchObject({ state: 'up', usedBy: undefined });

  const used = await start(oneNode, root);
  expect(used.isReused).toBe(true);
  expect(used.addresses).toEqual(putUp.addresses);
  expect(findTestbed('one', root)).toMatchObject({ state: 'up', usedBy: process.pid });
  await expect(start(oneNode, root)).rejects.toThrow(`in use by another rmqbench, process`);
  await used.stop();
  await expect(start({ ...oneNode, nodes: 2 }, root)).rejects.toThrow('left running with other');
  expect(await cleanAbandoned(root)).toEqual([]);

  expect(await stopTestbed('one', root)).toBe(true);
  expect(processesOf(root)).toEqual([]);
});

/** Starts a testbed in another process and resolves with that process once it says `text`. */
async function startElsewhere(root: string, text: string, atReady: string) {
  const script = `
    const { startTestbed } = await import(${JSON.stringify(resolve('dist/testbed/testbed.js'))});
    await startTestbed(${JSON.stringify(twoNodes)}, {
      stateRoot: ${JSON.stringify(root)},
      signal: new AbortController().signal,
      onProgress: (text) => console.log(text),
    });
    console.log('ready');
    ${atReady}
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void owner.kill('SIGKILL'));
  for await (const chunk of owner.stdout) if (String(chunk).includes(text)) break;
  return owner;
}

test.each([
  ['is up', 'ready'],
  ['still starts', 'waiting for'],
])('what is left when rmqbench gets kill -9 while the cluster %s is cleaned', async (_, text) => {
  const root = ownStateRoot();
  const owner = await startElsewhere(root, text, 'setInterval(() => {}, 1000);');
  const gone = once(owner, 'exit');
  owner.kill('SIGKILL');
  await gone;
  expect(processesOf(root).length).toBeGreaterThan(0);

  expect(await cleanAbandoned(root)).toEqual(['two']);
  expect(processesOf(root)).toEqual([]);
  expect(readdirSync(root)).toEqual([]);
});

test('an rmqbench that ends by process.exit takes its cluster with it', async () => {
  const root = ownStateRoot();
  const owner = await startElsewhere(root, 'ready', 'setTimeout(() => process.exit(1), 100);');
  await once(owner, 'exit');
  await expect.poll(() => processesOf(root), { timeout: 5000 }).toEqual([]);
});
