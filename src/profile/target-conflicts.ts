import { BrokerUrlError, readBrokerUrl } from '../base/broker-url.js';
import type { Conflict } from './conflicts.js';

/* Conflicts within the cluster that a profile names. */

interface WrittenTls {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly verify: boolean;
}

interface WrittenTarget {
  readonly testbed?: object | undefined;
  readonly url?: string | readonly string[] | undefined;
  readonly tls?: WrittenTls | undefined;
  readonly management?: string | undefined;
  readonly nodes?: readonly string[] | undefined;
}

export function targetConflicts(target: WrittenTarget): Conflict[] {
  if (target.testbed !== undefined && target.url !== undefined) {
    const message = 'target names both a testbed and a url; keep the one to measure';
    return [{ between: ['target.url', 'target.testbed'], message }];
  }
  if (target.url !== undefined) {
    return [...vhostConflicts(target), ...protocolConflicts(target), ...tlsConflicts(target)];
  }
  const orphans = (['management', 'nodes', 'tls'] as const).filter(
    (key) => target[key] !== undefined,
  );
  if (target.testbed === undefined && orphans.length === 0) {
    return [{ between: ['target'], message: 'target must name either a testbed or a url' }];
  }
  return orphans.map((key) => ({
    between: [`target.${key}`],
    message: `target.${key} belongs to a cluster of yours, whose target.url is missing${orphanHint(key)}`,
  }));
}

function orphanHint(key: string): string {
  return key === 'tls' ? '; for a testbed that speaks TLS write target.testbed: { tls: true }' : '';
}

/** Every address of the load, at the load balancers or at the nodes. */
function brokerUrlsOf({ url = [], nodes = [] }: WrittenTarget): string[] {
  return [url, nodes].flat();
}

/** Queues that are declared in one virtual host are not there in another. */
function vhostConflicts(target: WrittenTarget): Conflict[] {
  const vhosts = new Set(brokerUrlsOf(target).flatMap((url) => vhostOf(url) ?? []));
  if (vhosts.size < 2) return [];
  const message =
    'the addresses of target.url and target.nodes must all name the same virtual host';
  return [{ between: ['target.url', 'target.nodes'], message }];
}

/** An address that is wrong by itself is told as that. */
function vhostOf(url: string): string | undefined {
  try {
    return URL.canParse(url) ? readBrokerUrl(url).vhost : undefined;
  } catch (thrown) {
    if (thrown instanceof BrokerUrlError) return undefined;
    throw thrown;
  }
}

/** Whoever names one address with TLS does not expect the same password to go in plain to another. */
function protocolConflicts(target: WrittenTarget): Conflict[] {
  const urls = brokerUrlsOf(target);
  const withTls = urls.filter((url) => /^amqps:/i.test(url));
  if (withTls.length === 0 || withTls.length === urls.length) return [];
  const message =
    'the addresses of target.url and target.nodes must all begin with amqps:// if one does: to the others passwords would go in plain';
  return [{ between: ['target.url', 'target.nodes'], message }];
}

function tlsConflicts({ tls, ...target }: WrittenTarget): Conflict[] {
  if (tls === undefined) return [];
  const conflicts: Conflict[] = [];
  const addresses = [...brokerUrlsOf(target), target.management ?? ''];
  if (!addresses.some((one) => /^(amqps|https):/i.test(one))) {
    const message = 'target.tls is of no use: no address of the target begins with amqps://';
    conflicts.push({ between: ['target.tls', 'target.url'], message });
  }
  if (tls.cert !== undefined && tls.key === undefined) {
    const message = 'target.tls.cert needs the private key that belongs to it, target.tls.key';
    conflicts.push({ between: ['target.tls.cert'], message });
  }
  if (tls.key !== undefined && tls.cert === undefined) {
    const message = 'target.tls.key needs the certificate that it belongs to, target.tls.cert';
    conflicts.push({ between: ['target.tls.key'], message });
  }
  if (!tls.verify && tls.ca !== undefined) {
    const message = 'target.tls.ca vouches for nobody with verify: false; keep one of the two';
    conflicts.push({ between: ['target.tls.verify', 'target.tls.ca'], message });
  }
  return conflicts;
}
