import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Result, Trial } from '../../../src/result/result.js';
import { startPeer } from '../peers/peer.js';
import { rmqbenchProgram } from '../peers/rmqbench.js';
import type { ClockLoad, Tool } from './tool.js';

/** This project's own program, as a user starts it. */
export function ownTool(load: ClockLoad): Tool<Trial> {
  return {
    name: 'rmqbench',
    load,
    start: async (url, folder) => {
      const profile = join(folder, 'profile.json');
      const result = join(folder, 'result.json');
      await writeFile(profile, JSON.stringify(profileOf(load, url)));
      const parameters = [rmqbenchProgram, 'run', profile, '--quiet', '--out', result];
      // Where it may look for clusters that a killed run left: not among the user's own.
      const environment = { XDG_STATE_HOME: folder };
      const running = await startPeer(process.execPath, parameters, { folder, environment });
      return { running, report: () => onlyTrial(result) };
    },
  };
}

/** A profile of one trial; JSON, which is YAML too. */
function profileOf(load: ClockLoad, url: string): object {
  const { publishers, perSecondEach, confirmWindow, warmupSeconds, windowSeconds } = load;
  return {
    name: 'clocks',
    target: { url },
    queues: { count: 1, durable: false },
    publishers: {
      count: publishers,
      rate: perSecondEach === undefined ? 'max' : { total: `${publishers * perSecondEach}/s` },
      confirm: confirmWindow === undefined ? 'none' : { window: confirmWindow },
    },
    consumers: { count: 1, ack: 'none' },
    measure: { warmup: `${warmupSeconds}s`, duration: `${windowSeconds}s`, rounds: 1 },
  };
}

async function onlyTrial(file: string): Promise<Trial> {
  const { cases } = JSON.parse(await readFile(file, 'utf8')) as Result;
  const trial = cases[0]?.trials[0];
  if (!trial)
    throw new Error(`rmqbench measured nothing: ${cases[0]?.skipped ?? 'no reason said'}`);
  return trial;
}
