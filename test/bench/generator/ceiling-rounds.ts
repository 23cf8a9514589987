import type { Calibration } from '../../../src/result/calibration.js';
import type { CeilingMode } from '../../../src/result/generator-ceiling.js';
import { rmqbenchProgram } from '../peers/rmqbench.js';
import { programOutput, reasonOf } from '../program-output.js';
import type { Measured } from './measured.js';

const bodySizesBytes = [12, 1024, 64 * 1024];

/**
 * What one of rmqbench's clients does in one mode for each body size, in one round of `rmqbench
 * calibrate`: the way of a real trial, with stamp, histogram, ledger and back-pressure. Throws with
 * what the program said when it fails.
 */
export async function measureClient(
  client: string,
  mode: CeilingMode,
  options: { readonly windowSeconds: number; readonly signal: AbortSignal },
): Promise<ReadonlyMap<number, Measured>> {
  const { windowSeconds, signal } = options;
  const parameters = [
    ...[rmqbenchProgram, 'calibrate', '--json', '--quiet', '--rounds', '1'],
    ...['--client', client, '--only', mode, '--duration', `${windowSeconds}s`],
  ];
  const ran = await programOutput(process.execPath, parameters, { signal });
  if (!ran.isGood) throw new Error(`rmqbench calibrate failed: ${reasonOf(ran)}`);
  const { ceilings } = JSON.parse(ran.stdout) as Calibration;
  return new Map(
    bodySizesBytes.flatMap((bytes) => {
      const found = ceilings.find(({ payloadBytes }) => payloadBytes === bytes);
      return found ? [[bytes, found] as const] : [];
    }),
  );
}
