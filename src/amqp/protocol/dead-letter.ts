import { uint16At, uint32At } from '../../base/big-endian.js';
import { hasHeader } from './has-header.js';
import { ProtocolError } from './protocol-error.js';

/** The first three of the 16 property flags: what comes before the headers, and they themselves. */
const contentTypeFlag = 1 << 15;
const contentEncodingFlag = 1 << 14;
const headersFlag = 1 << 13;

/** RabbitMQ's history of a dead-lettered message; also amqplib's key for it. */
export const deathHeader = 'x-death';
const deathName = Buffer.from(deathHeader);

/**
 * Whether the message was dead-lettered on its way (RabbitMQ, "Dead Letter Exchanges"), by the
 * properties from `start`, their flags first, to `end`. Throws ProtocolError when they cannot be read.
 */
export function wasDeadLettered(bytes: Uint8Array, start: number, end: number): boolean {
  const flags = uint16At(bytes, start);
  if ((flags & headersFlag) === 0) return false;
  let at = start + 2;
  if ((flags & contentTypeFlag) !== 0) at += 1 + (bytes[at] ?? 0);
  if ((flags & contentEncodingFlag) !== 0) at += 1 + (bytes[at] ?? 0);
  const fields = at + 4;
  if (fields > end) throw new ProtocolError('properties that are too short');
  const fieldsEnd = fields + uint32At(bytes, at);
  if (fieldsEnd > end) throw new ProtocolError('properties that are too short');
  return hasHeader(bytes, fields, fieldsEnd, deathName);
}
