import { uint32At } from '../../base/big-endian.js';
import { ProtocolError } from './protocol-error.js';

/** What stands in `valueBytes` for values whose length is before them, and for unknown types. */
const lengthFirst = 0xfe;
const unknown = 0xff;

/** By type, how many bytes a value has after its type. */
const valueBytes = new Uint8Array(256).fill(unknown);
for (const [types, bytes] of [
  ['V', 0],
  ['tbB', 1],
  ['su', 2],
  ['Iif', 4],
  ['D', 5],
  ['lTd', 8],
  ['SxAF', lengthFirst],
] as const) {
  for (const type of types) valueBytes[type.charCodeAt(0)] = bytes;
}

/**
 * Whether the table whose fields lie from `start` to `end` has one of this name, at its top level; for
 * every message, so it passes over values without reading them, and allocates nothing. Throws
 * ProtocolError when the fields before that one are no table.
 */
export function hasHeader(
  bytes: Uint8Array,
  start: number,
  end: number,
  name: Uint8Array,
): boolean {
  let at = start;
  while (at < end) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    if (nameEnd >= end) throw tooShort();
    if (isName(bytes, at + 1, nameEnd, name)) return true;
    at = endOfValue(bytes, nameEnd, end);
  }
  return false;
}

function isName(bytes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) if (bytes[start + i] !== name[i]) return false;
  return true;
}

/** Where the value ends whose type is at `at`. */
function endOfValue(bytes: Uint8Array, at: number, end: number): number {
  const count = valueBytes[bytes[at] ?? 0] ?? unknown;
  if (count === unknown) throw new ProtocolError('a table with a value of unknown type');
  const value = at + 1;
  if (count !== lengthFirst) return within(value + count, end);
  const content = within(value + 4, end);
  return within(content + uint32At(bytes, value), end);
}

function within(at: number, end: number): number {
  if (at > end) throw tooShort();
  return at;
}

function tooShort(): ProtocolError {
  return new ProtocolError('a table that is longer than what holds it');
}
