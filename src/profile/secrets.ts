import { stringify } from 'yaml';
import { withTexts } from './tree.js';

/** A copy in which the passwords of all addresses, and all keys, read `***`. */
export function withoutPasswords<T>(value: T): T {
  return withTexts(value, maskPasswords) as T;
}

/** Whether the text is a certificate or a key rather than where one lies. */
export function isPem(text: string): boolean {
  return text.includes(pemMark);
}

const pemMark = '-----BEGIN';

/**
 * A text in which the passwords of addresses, and what follows the mark of a key or a certificate,
 * read `***`. What stands for a password from the environment, `${NAME}`, is no secret and is kept. A
 * password may hold anything, even a space or an `@`, so all up to the last `@` is taken for one:
 * rather too much than too little.
 */
export function maskPasswords(text: string): string {
  const withoutKeys = isPem(text) ? `${text.slice(0, text.indexOf(pemMark))}${pemMark} ***` : text;
  return withoutKeys.replace(wholeAddress, masked).replace(bareAddress, masked);
}

/** A user may hold anything but a colon. */
const wholeAddress = /([a-z][a-z0-9+.-]*:\/\/[^:\s]*:)(.*)@/gis;
/** Someone forgot what stands before the user, or a part of it. */
const bareAddress = /((?<![^\s"'[{(,])[^:/\s@]*:(?!\/\/))(\S*)@/gis;

function masked(_: string, before: string, password: string): string {
  return /^\$\{\w+\}$/.test(password) ? `${before}${password}@` : `${before}***@`;
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
