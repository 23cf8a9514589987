import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where downloaded tools are kept from one bench to the next; remove it for newer ones. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base ? base : join(homedir(), '.cache'), 'rmqbench-bench');
}
