import { networkInterfaces } from 'node:os';
import type { Target } from '../profile/settings.js';

/**
 * Whether brokers of the target run on this machine, as far as addresses tell: a testbed does, and what
 * is reached at an address of this machine. A name is not looked up, but for `localhost`.
 */
export function runsHere(target: Target): boolean {
  if (target.kind === 'testbed') return true;
  const own = new Set(
    Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).map(({ address }) => address),
    ),
  );
  return [...target.urls, ...target.nodeUrls].some((url) => {
    const host = new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
    return (
      host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1' || own.has(host)
    );
  });
}
