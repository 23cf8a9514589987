import { formatCount, formatMicros } from '../../base/units.js';

/** `once`, `12 times`. */
export function timesText(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}

export function secondsText(seconds: number): string {
  return formatMicros(seconds * 1e6);
}

/** `1 message`, `12.3k messages`. */
export function countedMessages(count: number): string {
  return counted(count, 'message');
}

/** So many of what has a plural in s. */
export function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A part of 1 in whole percent. */
export function percentText(share: number): string {
  return `${Math.round(share * 100)} %`;
}
