import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownVersion } from '../../../src/result/environment.js';
import { programOutput, reasonOf } from '../program-output.js';
import {
  type AbsentPeer,
  type Fit,
  type Peer,
  type PeerLoad,
  perfectFit,
  startPeer,
} from './peer.js';

/** The built program. */
export const rmqbenchProgram = fileURLToPath(new URL('../../../bin/rmqbench.js', import.meta.url));

/** Below, they cannot hold the stamp. */
const smallestBodyBytes = 12;

/** What rmqbench needs beside a url. */
export interface RmqbenchSurroundings {
  readonly nodeUrls: readonly string[];
  readonly managementUrl: string;
  /** Where it may look for clusters that a killed run left: not among the user's own. */
  readonly stateHome: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** This project's own program with one of its clients; absent when it does not know that client. */
export async function findRmqbench(
  client: string,
  around: RmqbenchSurroundings,
): Promise<Peer | AbsentPeer> {
  const name = `rmqbench, ${client}`;
  const profile = join(around.folder, `${client}.json`);
  await writeFile(profile, JSON.stringify({ name: 'bench', client }));
  const { signal, stateHome } = around;
  const valid = await programOutput(process.execPath, [rmqbenchProgram, 'validate', profile], {
    signal,
  });
  if (!valid.isGood) return { name, absent: reasonOf(valid) };
  return {
    name,
    version: ownVersion(),
    declaresQueues: true,
    fit,
    start: async (load, url, folder) => {
      await writeFile(profile, JSON.stringify(profileOf(load, url, { client, ...around })));
      const result = join(folder, 'result.json');
      const parameters = [rmqbenchProgram, 'run', profile, '--quiet', '--out', result];
      const environment = { XDG_STATE_HOME: stateHome };
      return startPeer(process.execPath, parameters, { folder, environment });
    },
  };
}

function fit({ payloadBytes }: PeerLoad): Fit {
  if (payloadBytes >= smallestBodyBytes) return perfectFit;
  return { cannot: [`bodies below ${smallestBodyBytes} bytes`], differs: [] };
}

/** A profile of one trial that lasts until the bench ends it; JSON, which is YAML too. */
function profileOf(
  load: PeerLoad,
  url: string,
  around: RmqbenchSurroundings & { readonly client: string },
): object {
  const { confirmWindow, ackEvery } = load;
  return {
    name: 'bench',
    target: { url, nodes: around.nodeUrls, management: around.managementUrl },
    connect: 'load-balancer',
    client: around.client,
    queues: { count: load.queueCount, durable: load.durable },
    publishers: {
      count: load.publishers,
      rate: 'max',
      size: `${load.payloadBytes}B`,
      persistent: load.persistent,
      confirm: confirmWindow === undefined ? 'none' : { window: confirmWindow },
    },
    consumers: {
      count: load.consumers,
      prefetch: load.prefetch,
      ack: ackEvery === undefined ? 'none' : { every: ackEvery },
    },
    // Without a warm-up of its own all of its instruments run while the bench measures.
    measure: { warmup: '0s', duration: `${load.limitSeconds}s`, rounds: 1 },
  };
}
