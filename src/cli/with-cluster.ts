import { setTimeout as sleep } from 'node:timers/promises';
import type { TlsOptions } from '../amqp/load-client.js';
import { BrokerError } from '../base/errors.js';
import type { Target, TestbedTarget, TlsSettings } from '../profile/settings.js';
import type { ClusterAddresses } from '../run/cluster.js';
import type { Testbed } from '../testbed/running-testbed.js';
import { defaultStateRoot } from '../testbed/state-file.js';
import { startTestbed } from '../testbed/testbed.js';

export interface ClusterOptions {
  /** Names the testbed, if one is started. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** How long the news of a dead process may lag behind the broken connections it leaves. */
const newsLagMillis = 1000;

/**
 * Lends the target's cluster to `use`: one of the user's as it is, or a testbed that is started
 * before and stopped after, however `use` ends. When a process of the testbed dies, the signal
 * aborts with an error that names it, and that is the error thrown.
 */
export async function withCluster<T>(
  target: Target,
  options: ClusterOptions,
  use: (addresses: ClusterAddresses, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (target.kind === 'attached') {
    const { urls: entryUrls, nodeUrls, managementUrl } = target;
    const tls = tlsOptionsOf(target.tls ?? { verify: true });
    return use({ entryUrls, nodeUrls, managementUrl, tls, loadBalancer: null }, options.signal);
  }
  const testbed = await startOf(target, options);
  try {
    return await useTestbed(testbed, options.signal, use);
  } finally {
    options.onProgress(testbed.isReused ? 'leaving the cluster up' : 'stopping the cluster');
    await testbed.stop();
  }
}

/** Says whether to verify in any case: where nothing says so, an environment variable of Node's may. */
function tlsOptionsOf({ serverName, verify, ...pem }: TlsSettings): TlsOptions {
  const named = serverName === undefined ? {} : { servername: serverName };
  return { ...pem, ...named, rejectUnauthorized: verify };
}

function startOf(target: TestbedTarget, options: ClusterOptions): Promise<Testbed> {
  const { nodes, loadBalancers, balance, tls } = target;
  const { name, signal, onProgress } = options;
  return startTestbed(
    { name, nodes, loadBalancers, balance, tls },
    { stateRoot: defaultStateRoot(), signal, onProgress },
  );
}

async function useTestbed<T>(
  testbed: Testbed,
  signal: AbortSignal,
  use: (addresses: ClusterAddresses, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const died = new AbortController();
  void testbed.failure.then((error) => died.abort(error));
  try {
    return await use(addressesOf(testbed), AbortSignal.any([signal, died.signal]));
  } catch (thrown) {
    // A broken connection is told at once, the death of the process behind it a moment later.
    if (thrown instanceof BrokerError) await Promise.race([testbed.failure, sleep(newsLagMillis)]);
    if (died.signal.aborted && !signal.aborted) throw died.signal.reason;
    throw thrown;
  }
}

function addressesOf({ addresses, processes }: Testbed): ClusterAddresses {
  const nodeUrls = addresses.nodes.map(({ url }) => url);
  return {
    entryUrls: [addresses.loadBalancerUrl ?? nodeUrls[0] ?? ''],
    nodeUrls,
    managementUrl: addresses.managementUrl,
    tls: tlsOptionsOf({ ...addresses.tls, verify: true }),
    loadBalancer: addresses.loadBalancer
      ? { version: addresses.loadBalancer.version, count: addresses.loadBalancer.count }
      : null,
    testbed: { statisticsUrl: addresses.loadBalancer?.statisticsUrl, processes },
  };
}
