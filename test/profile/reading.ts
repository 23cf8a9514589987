import { type LoadOptions, parseProfile } from '../../src/profile/load.js';
import { ProfileError } from '../../src/profile/profile-error.js';
import type { CaseSettings, Profile } from '../../src/profile/settings.js';

type Given = Partial<Omit<LoadOptions, 'path'>>;

/** Reads the text as the file p.yaml. */
export function read(text: string, given: Given = {}): Profile {
  return parseProfile(text, { path: 'p.yaml', overrides: [], environment: {}, ...given });
}

/** The lines of the error that the text leads to; none when it is a profile. */
export function complaints(text: string, given: Given = {}): string[] {
  try {
    read(text, given);
    return [];
  } catch (thrown) {
    if (thrown instanceof ProfileError) return thrown.message.split('\n');
    throw thrown;
  }
}

/** The settings of a profile's first case. */
export function settings(text: string, given: Given = {}): CaseSettings {
  const [first] = read(text, given).cases;
  if (first === undefined) throw new Error('the profile has no case');
  return first.settings;
}

/** The cases of a profile by what varies. */
export function variations(text: string, given: Given = {}): unknown[] {
  return read(text, given).cases.map(({ vary }) => vary);
}
