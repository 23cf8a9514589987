import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '../base/errors.js';
import { nearestWord } from './did-you-mean.js';
import { ProfileError } from './profile-error.js';

/** The text of a profile's file; the error for a file that is not there suggests one that is. */
export async function readProfileFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const message = reasons[code ?? ''] ?? `cannot be read: ${messageOf(cause)}`;
    const hint = code === 'ENOENT' ? await suggestion(file) : undefined;
    throw new ProfileError(
      [{ where: file, message }],
      hint === undefined ? { cause } : { cause, hint },
    );
  }
}

const reasons: Partial<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'is a folder, not a profile',
  EACCES: 'may not be read by this user',
};

async function suggestion(file: string): Promise<string | undefined> {
  const folder = path.dirname(file);
  // A folder that is missing as well has nothing to suggest.
  const names = await readdir(folder).catch(() => []);
  const profiles = names.filter((name) => name.endsWith('.yaml'));
  const stems = profiles.map((name) => path.basename(name, '.yaml'));
  const nearest = nearestWord(path.basename(file).replace(/\.ya?ml$/, ''), stems);
  return nearest === undefined
    ? undefined
    : `did you mean ${path.join(folder, `${nearest}.yaml`)}?`;
}
