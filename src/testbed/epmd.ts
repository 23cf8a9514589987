import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestbedError } from '../base/errors.js';
import type { ProgramPlan } from './child-process.js';
import { loopback } from './ports.js';

/**
 * How to start the testbed's own epmd, the directory in which Erlang nodes find each other. Nodes
 * start one by themselves when none answers, as a daemon that outlives them; one that already runs,
 * in the foreground and recorded, prevents that.
 */
export function planEpmd(file: string, port: number): ProgramPlan {
  return {
    kind: 'epmd',
    label: 'epmd',
    file,
    arguments: ['-port', String(port), '-address', loopback],
    environment: {},
    ports: [port],
  };
}

/**
 * Waits until epmd answers. Throws TestbedError after 5 s, and the signal's reason when aborted.
 */
export async function waitForEpmd(port: number, signal: AbortSignal): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await accepts(port)) return;
    await sleep(50, undefined, { signal });
  }
  throw new TestbedError(`epmd did not accept connections on port ${port} within 5 s.`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port });
    const finish = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
  });
}
