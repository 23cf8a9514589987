import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { TestbedError } from '../base/errors.js';

/** The programs that a testbed consists of, as absolute paths. */
export interface Installation {
  readonly rabbitmqServer: string;
  readonly epmd: string;
  /** Undefined when no load balancer was asked for. */
  readonly haproxy: string | undefined;
}

/** Debian's script that switches to the user rabbitmq, who may not write the state folder. */
const debianWrapper = 'rabbitmq-script-wrapper';

/**
 * Finds the programs in these folders, in this order. Throws TestbedError saying where it looked
 * when one is missing.
 */
export function findInstallation(
  spec: { readonly loadBalancers: number },
  folders: readonly string[] = defaultFolders(),
): Installation {
  return {
    rabbitmqServer: find('RabbitMQ', 'rabbitmq-server', folders),
    epmd: find('Erlang (of which RabbitMQ is made)', 'epmd', folders),
    haproxy: spec.loadBalancers > 0 ? find('HAProxy', 'haproxy', folders) : undefined,
  };
}

function defaultFolders(): string[] {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  // The first holds the scripts themselves on Debian, Ubuntu and Red Hat, where those on the PATH
  // are wrappers; the last are on root's PATH only, or only in a login shell's.
  const last = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/opt/homebrew/bin'];
  return [...new Set(['/usr/lib/rabbitmq/bin', ...path, ...last])];
}

function find(product: string, program: string, folders: readonly string[]): string {
  for (const folder of folders) {
    const file = executableAt(join(folder, program));
    if (file !== undefined && basename(file) !== debianWrapper) return file;
  }
  throw new TestbedError(
    `${product} is not installed: looked for ${program} in ${folders.join(', ')}.`,
    { hint: 'Run `npm run setup` to install it, or attach to a cluster of yours with --url.' },
  );
}

function executableAt(file: string): string | undefined {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() ? realpathSync(file) : undefined;
  } catch {
    return undefined;
  }
}
