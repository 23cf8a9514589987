import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { messageOf, UsageError } from '../base/errors.js';
import type { Result } from './result.js';

/** Where a run's result goes when the user names no file: `results/<profile>/<utc time>.json`. */
export function defaultResultPath(profileName: string, startedAt: Date): string {
  const time = startedAt.toISOString().slice(0, 19).replaceAll(':', '');
  return join('results', profileName, `${time}Z.json`);
}

/**
 * Writes the whole result; whoever reads the file sees the old one or the new one, never a part.
 * Throws a UsageError when the path cannot be written.
 */
export async function writeResult(path: string, result: Result): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, `${JSON.stringify(result, null, 1)}\n`);
  } catch (thrown) {
    throw new UsageError(`cannot write the result to ${path}: ${messageOf(thrown)}`, {
      hint: 'Name another file with --out.',
      cause: thrown,
    });
  }
}
