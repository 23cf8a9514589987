import { setTimeout as sleep } from 'node:timers/promises';
import { TestbedError } from '../base/errors.js';
import { backendName } from './haproxy-config.js';
import { countNodes, type TestbedAddresses } from './testbed-spec.js';

/** What a testbed still lacks before it can be used. */
export interface Lack {
  /** Completes the sentence "waiting for …". */
  readonly text: string;
  /** The process to blame if it stays so. */
  readonly label: string;
}

export interface ReadinessLimits {
  readonly limitMicros: number;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

const pollMillis = 200;
const requestLimitMillis = 5000;

/**
 * Waits until every node runs in one cluster and listens, and the load balancer sees every node up.
 * Throws TestbedError made by `describe` when the limit passes, and the signal's reason when
 * aborted.
 */
export async function waitUntilReady(
  addresses: TestbedAddresses,
  { limitMicros, signal, onProgress }: ReadinessLimits,
  describe: (lack: Lack) => string,
): Promise<void> {
  const deadline = performance.now() + limitMicros / 1000;
  let said = '';
  for (;;) {
    const lack = await findLack(addresses, signal);
    signal.throwIfAborted();
    if (lack === undefined) return;
    if (lack.text !== said) onProgress(`waiting for ${lack.text}`);
    said = lack.text;
    if (performance.now() > deadline) {
      throw new TestbedError(
        `The cluster was not ready after ${limitMicros / 1e6} s, still waiting for ${lack.text}.\n${describe(lack)}`,
      );
    }
    await sleep(pollMillis, undefined, { signal });
  }
}

/** The first thing that the testbed lacks, or undefined when it can be used. */
async function findLack(
  addresses: TestbedAddresses,
  signal: AbortSignal,
): Promise<Lack | undefined> {
  return (await lackOfNodes(addresses, signal)) ?? (await lackOfLoadBalancer(addresses, signal));
}

async function lackOfNodes(
  { nodes, managementUrl }: TestbedAddresses,
  signal: AbortSignal,
): Promise<Lack | undefined> {
  const overview = await fetchText(`${managementUrl}/api/overview`, signal);
  const members = await fetchText(`${managementUrl}/api/nodes`, signal);
  const ready = readyNodes(overview, members);
  const missing = nodes.map(({ name }) => name).filter((name) => !ready?.has(name));
  const [first] = missing;
  if (first === undefined) return undefined;
  return ready === undefined
    ? { text: `${countNodes(nodes.length)} to start`, label: first }
    : { text: `${missing.join(', ')} to join the cluster`, label: first };
}

/**
 * The nodes that run and accept AMQP; undefined when the management API does not answer yet. A node
 * lists its listeners once they are bound, which says more than a port that answers: that could be
 * another program's.
 */
function readyNodes(
  overview: string | undefined,
  members: string | undefined,
): Set<string> | undefined {
  if (overview === undefined || members === undefined) return undefined;
  try {
    // The shapes are those of RabbitMQ's management API.
    const { listeners } = JSON.parse(overview) as { listeners: Listener[] };
    const running = (JSON.parse(members) as Member[]).filter(({ running }) => running);
    const amqp = listeners
      .filter(({ protocol }) => protocol === 'amqp' || protocol === 'amqp/ssl')
      .map(({ node }) => node);
    return new Set(running.map(({ name }) => name).filter((name) => amqp.includes(name)));
  } catch {
    // Before its first statistics are in, the API may leave out what is read here.
    return undefined;
  }
}

interface Listener {
  readonly node: string;
  readonly protocol: string;
}

interface Member {
  readonly name: string;
  readonly running: boolean;
}

async function lackOfLoadBalancer(
  { loadBalancer }: TestbedAddresses,
  signal: AbortSignal,
): Promise<Lack | undefined> {
  if (loadBalancer === undefined) return undefined;
  const csv = await fetchText(`${loadBalancer.statisticsUrl};csv`, signal);
  if (csv === undefined) return { text: 'HAProxy to start', label: 'HAProxy' };
  const down = serversNotUp(csv);
  return down.length === 0
    ? undefined
    : { text: `HAProxy to see ${down.join(', ')} up`, label: 'HAProxy' };
}

/** The servers that HAProxy's statistics, in CSV, do not show as up and checked. */
export function serversNotUp(csv: string): string[] {
  const [header = '', ...lines] = csv.trim().split('\n');
  const columns = header.replace(/^# /, '').split(',');
  const rows = lines.map((line) => line.split(','));
  const cell = (row: string[], column: string) => row[columns.indexOf(column)] ?? '';
  return rows
    .filter((row) => cell(row, 'pxname') === backendName && cell(row, 'svname') !== 'BACKEND')
    .filter((row) => cell(row, 'status') !== 'UP' || !cell(row, 'check_status').endsWith('OK'))
    .map((row) => cell(row, 'svname'));
}

async function fetchText(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      headers: { authorization: `Basic ${btoa('guest:guest')}` },
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestLimitMillis)]),
    });
    return response.ok ? await response.text() : undefined;
  } catch {
    // Nobody answers yet.
    return undefined;
  }
}
