import { stringify } from 'yaml';
import { withTexts } from './tree.js';

/** A copy in which the passwords of all addresses read `***`. */
export function withoutPasswords<T>(value: T): T {
  return withTexts(value, maskPasswords) as T;
}

/**
 * A text in which the passwords of addresses read `***`. What stands for a password from the
 * environment, `${NAME}`, is no secret and is kept. A password may hold anything, even a space or
 * an `@`, so all up to the last `@` is taken for one: rather too much than too little.
 */
export function maskPasswords(text: string): string {
  return text.replace(
    /([a-z][a-z0-9+.-]*:\/\/[^:/?#\s]*:)(.*)@/gis,
    (_, before: string, password: string) =>
      /^\$\{\w+\}$/.test(password) ? `${before}${password}@` : `${before}***@`,
  );
}

/** A value as an error message shows it: without passwords, on one line, not too long. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  const text = typeof value === 'string' ? JSON.stringify(maskPasswords(value)) : flowText(value);
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text;
}

const longestShown = 80;

/** A value as YAML on one line, without passwords. */
export function flowText(value: unknown): string {
  return stringify(withoutPasswords(value), { collectionStyle: 'flow', lineWidth: 0 }).trim();
}
