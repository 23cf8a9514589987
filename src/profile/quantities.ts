import { z } from 'zod';
import { isDecodable } from '../base/address.js';
import { BrokerUrlError, readBrokerUrl } from '../base/broker-url.js';
import { parseDurationMicros, parseRatePerSecond, parseSizeBytes } from '../base/units.js';
import { isPem } from './secrets.js';

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
  return z.union([z.number({ error }).positive({ error }), rate((value) => value > 0, error)], {
    error,
  });
}

/** A rate of a part of a schedule, in which nothing may be sent for a while. */
export function perSecondOrNone() {
  const error = 'a rate such as 5k/s, a number of messages per second, or 0';
  return z.union([z.number({ error }).min(0, { error }), rate(() => true, error)], { error });
}

function rate(isRight: (perSecond: number) => boolean, error: string) {
  return quantity((text) => {
    const value = parseRatePerSecond(text);
    return value !== undefined && Number.isFinite(value) && isRight(value) ? value : undefined;
  }, error);
}

/** A part of a whole written as `5%` or as a number, read as a number; both limits are allowed. */
export function share(minPercent = 0, maxPercent = 100) {
  const [min, max] = [minPercent / 100, maxPercent / 100];
  const error =
    `a share from ${minPercent}% to ${maxPercent}% such as 5%, ` +
    `or a number from ${min} to ${max}`;
  const written = quantity((text) => within(parseShare(text), min, max), error);
  return z.union([z.number({ error }).min(min, { error }).max(max, { error }), written], { error });
}

function parseShare(text: string): number | undefined {
  const [, percent] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  return percent === undefined ? undefined : Number(percent) / 100;
}

/** An address of a broker that clients can connect to. */
export function brokerAddress() {
  const error = 'an amqp:// or amqps:// address such as amqp://user:password@host:5672/vhost';
  return address(['amqp:', 'amqps:'], error).superRefine((text, context) => {
    // What is no address at all is told as such, and not as this too.
    if (!URL.canParse(text)) return;
    try {
      readBrokerUrl(text);
    } catch (thrown) {
      if (!(thrown instanceof BrokerUrlError)) throw thrown;
      context.addIssue({ code: 'custom', message: thrown.expected });
    }
  });
}

/** An address of a web server. */
export function webAddress() {
  const error = 'an http:// or https:// address without a % that begins no escape';
  return address(['http:', 'https:'], error).refine(
    (text) => !URL.canParse(text) || isDecodable(new URL(text)),
    error,
  );
}

/** An address with one of the protocols and a host. */
function address(protocols: readonly string[], error: string) {
  return z.string({ error }).refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    return url !== undefined && protocols.includes(url.protocol) && url.hostname !== '';
  }, error);
}

/** Where a certificate or a key lies; whoever pastes a key here shall not find it in a result. */
export function pemPath() {
  const error = 'the path of a PEM file';
  return z
    .string({ error })
    .min(1, error)
    .refine((text) => !isPem(text), 'the path of a PEM file, not what is in it');
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
