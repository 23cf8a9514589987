import { uint16At, uint32At } from '../../../base/big-endian.js';
import { type FieldTable, readTable, tableBytes } from '../../protocol/field-table.js';
import { frameHeadBytes } from '../../protocol/frame-layout.js';
import type { MessageStore } from '../message-store.js';
import { type MessageView, storeMessage } from '../stored-message.js';

/** Of a content header: class, weight and body size come first, then the flags, then properties. */
const flagsOffset = 12;
const propertiesOffset = 14;
/** The properties that come before the headers, both short strings. */
const contentTypeFlag = 0x8000;
const contentEncodingFlag = 0x4000;
const headersFlag = 0x2000;

/** Whether the stored message has been dead-lettered, by the bytes that a consumer will get. */
export function hasDied(message: MessageView): boolean {
  const { headers } = headersOf(contentHeaderOf(message));
  return 'x-death' in headers;
}

/** Stores a copy of the message as it comes back from a dead-letter exchange to the same queue. */
export function storeDeadLetter(store: MessageStore, message: MessageView, queue: string): number {
  const { bytes, body, bodyBytes, start, routeBytes } = message;
  const route = Buffer.from(bytes.subarray(start, start + routeBytes));
  const content = Buffer.from(bytes.subarray(body, body + bodyBytes));
  const header = withDeath(contentHeaderOf(message), queue);
  const reference = storeMessage(store, route, routeBytes, header, 0, header.length, bodyBytes);
  const copy = message.look(reference);
  content.copy(copy.bytes, copy.body);
  return reference;
}

function contentHeaderOf({ bytes, header, headerBytes }: MessageView): Buffer {
  const start = header + frameHeadBytes;
  return bytes.subarray(start, start + headerBytes);
}

/** The headers, and where they lie in the content header: an empty stretch when there are none. */
function headersOf(header: Buffer): { headers: FieldTable; start: number; end: number } {
  const flags = uint16At(header, flagsOffset);
  let start = propertiesOffset;
  if ((flags & contentTypeFlag) !== 0) start += 1 + (header[start] ?? 0);
  if ((flags & contentEncodingFlag) !== 0) start += 1 + (header[start] ?? 0);
  if ((flags & headersFlag) === 0) return { headers: {}, start, end: start };
  const end = start + 4 + uint32At(header, start);
  return { headers: readTable(header, start + 4, end), start, end };
}

function withDeath(header: Buffer, queue: string): Buffer {
  const { headers, start, end } = headersOf(header);
  const flags = Buffer.alloc(2);
  flags.writeUInt16BE(uint16At(header, flagsOffset) | headersFlag);
  return Buffer.concat([
    header.subarray(0, flagsOffset),
    flags,
    header.subarray(propertiesOffset, start),
    tableBytes({ ...headers, ...deathIn(queue) }),
    header.subarray(end),
  ]);
}

/** What RabbitMQ writes down of a message's first death. */
function deathIn(queue: string): FieldTable {
  const exchange = '';
  const reason = 'rejected';
  return {
    'x-death': [{ count: 1, reason, queue, exchange, 'routing-keys': [queue] }],
    'x-first-death-exchange': exchange,
    'x-first-death-queue': queue,
    'x-first-death-reason': reason,
  };
}
