import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { messageOf, UsageError } from '../base/errors.js';
import { type Calibration, parseCalibration } from './calibration.js';
import type { Machine } from './result.js';

/** A stored calibration that may be used, or in a sentence why the stored one may not. */
export interface FoundCalibration {
  readonly calibration?: Calibration;
  readonly whyNot?: string;
}

const again = 'Run `rmqbench calibrate` again.';

/** Where this machine's calibration is kept, given the folder of rmqbench's state. */
export function calibrationPath(stateRoot: string): string {
  return join(stateRoot, 'calibration.json');
}

/** Writes it whole or not at all. Throws a UsageError when the path cannot be written. */
export async function writeCalibration(path: string, calibration: Calibration): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFileAtomic(path, `${JSON.stringify(calibration, null, 1)}\n`);
  } catch (thrown) {
    throw new UsageError(`cannot keep the calibration in ${path}: ${messageOf(thrown)}`, {
      hint: 'Name another folder for state in the environment variable XDG_STATE_HOME.',
      cause: thrown,
    });
  }
}

/**
 * Looks for a calibration that was made on this machine, with this Node.js and this rmqbench. A file
 * that cannot be understood is as good as none, and never an error.
 */
export async function findCalibration(path: string, machine: Machine): Promise<FoundCalibration> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (thrown) {
    const isAbsent = thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
    return isAbsent ? {} : { whyNot: `The stored calibration cannot be read. ${again}` };
  }
  const calibration = parseCalibration(text);
  if (calibration === undefined) return { whyNot: `The stored calibration is damaged. ${again}` };
  const difference = differenceOf(calibration.environment, machine);
  if (difference === undefined) return { calibration };
  const day = calibration.measuredAt.slice(0, 10);
  return { whyNot: `The calibration of ${day} is not used: ${difference}. ${again}` };
}

/** What makes the figures of one machine useless on another. */
function differenceOf(then: Machine, now: Machine): string | undefined {
  const processors = ({ cpuCount, cpuModel }: Machine) => `${cpuCount} × ${cpuModel}`;
  const compared: readonly (readonly [string, string, string])[] = [
    ['it was made on', processors(then), processors(now)],
    ['it was made on', then.os, now.os],
    ['it was made with', `Node.js ${then.node}`, `Node.js ${now.node}`],
    ['it was made with', `rmqbench ${then.rmqbench}`, `rmqbench ${now.rmqbench}`],
  ];
  const differing = compared.find(([, before, after]) => before !== after);
  if (differing === undefined) return undefined;
  const [made, before, after] = differing;
  return `${made} ${before}, and this is ${after}`;
}
