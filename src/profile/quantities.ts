import { z } from 'zod';
import { parseDurationMicros, parseRatePerSecond, parseSizeBytes } from '../base/units.js';

/*
 * The pieces that the schema is made of. The `error` of a piece completes the sentence "… must be".
 */

/** Publishers are numbered with 16 bits in every message; queues and consumers follow suit. */
export const countMax = 65_536;

/** A whole number between two limits, both allowed. */
export function wholeNumber(
  min: number,
  max: number,
  error = `a whole number from ${min} to ${max}`,
) {
  return z.int({ error }).min(min, { error }).max(max, { error });
}

/** A duration written with its unit, read as microseconds; both limits are allowed. */
export function duration(min: string, max: string) {
  const error = `a duration from ${min} to ${max}, such as 500ms or 10s`;
  return quantity((text) => within(parseDurationMicros(text), micros(min), micros(max)), error);
}

/** A size written as `1KiB` or as a number of bytes, read as bytes; both limits are allowed. */
export function size(minBytes: number, max: string) {
  const maxBytes = parseSizeBytes(max) ?? Number.POSITIVE_INFINITY;
  const error = `a size from ${minBytes}B to ${max}, such as 1KiB, or a number of bytes`;
  const written = quantity((text) => within(parseSizeBytes(text), minBytes, maxBytes), error);
  return z.union([wholeNumber(minBytes, maxBytes, error), written], { error });
}

/** A rate written as `5k/s` or as a number, read as messages per second; more than none. */
export function perSecond() {
  const error = 'a rate above 0 such as 5k/s, or a number of messages per second';
  const written = quantity((text) => {
    const rate = parseRatePerSecond(text);
    return rate !== undefined && rate > 0 && Number.isFinite(rate) ? rate : undefined;
  }, error);
  return z.union([z.number({ error }).positive({ error }), written], { error });
}

/** A part of a whole written as `5%` or as a number, read as a number from 0 to 1. */
export function share() {
  const error = 'a share from 0% to 100% such as 5%, or a number from 0 to 1';
  const written = quantity((text) => within(parseShare(text), 0, 1), error);
  return z.union([z.number({ error }).min(0, { error }).max(1, { error }), written], { error });
}

function parseShare(text: string): number | undefined {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** An address with one of the protocols and a host. */
export function address(protocols: readonly string[], error: string) {
  const written = z.string({ error }).refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && protocols.includes(url.protocol) && url.hostname !== '';
  }, error);
  return written.refine(isDecodable, 'an address without a % that begins no escape (write %25)');
}

/** What is no address at all is told as such, and not as this too. */
function isDecodable(address: string): boolean {
  if (!URL.canParse(address)) return true;
  const { username, password, pathname } = new URL(address);
  try {
    decodeURIComponent(username + password + pathname);
    return true;
  } catch {
    return false;
  }
}

function quantity(parse: (text: string) => number | undefined, error: string) {
  return z.string({ error }).transform((text, context) => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: error });
    return z.NEVER;
  });
}

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value !== undefined && value >= min && value <= max ? value : undefined;
}

function micros(text: string): number {
  return parseDurationMicros(text) ?? Number.NaN;
}
