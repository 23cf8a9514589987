import { uint32At, uint64At } from '../../base/big-endian.js';
import { ProtocolError } from './protocol-error.js';

/** What a table may hold, as RabbitMQ understands it (its errata to AMQP 0-9-1 list the types). */
export type FieldValue =
  | string
  | number
  | boolean
  | null
  | Buffer
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue };

export interface FieldTable {
  readonly [name: string]: FieldValue;
}

/** Deeper than any table that a broker sends, and far from the end of the stack. */
const depthMax = 32;

/** The table as a method or a content header holds it, its length first. */
export function tableBytes(table: FieldTable): Buffer {
  const fields = Object.entries(table).flatMap(([name, value]) => [
    shortStringBytes(name),
    valueBytes(value),
  ]);
  return withLength(Buffer.concat(fields));
}

/** At most 255 bytes; throws a RangeError that shows a longer text. */
export function shortStringBytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > 255) {
    throw new RangeError(`longer than the 255 bytes that AMQP allows a name: "${text}"`);
  }
  return Buffer.concat([Buffer.of(bytes.length), bytes]);
}

/** The text with its length before it in four bytes. */
export function longStringBytes(text: string): Buffer {
  return withLength(Buffer.from(text, 'utf8'));
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function valueBytes(value: FieldValue): Buffer {
  if (value === null) return Buffer.from('V');
  if (typeof value === 'string') return tagged('S', longStringBytes(value));
  if (typeof value === 'boolean') return tagged('t', Buffer.of(value ? 1 : 0));
  if (typeof value === 'number') return numberBytes(value);
  if (Buffer.isBuffer(value)) return tagged('x', withLength(value));
  if (isList(value)) return tagged('A', withLength(Buffer.concat(value.map(valueBytes))));
  return tagged('F', tableBytes(value));
}

function isList(value: readonly FieldValue[] | FieldTable): value is readonly FieldValue[] {
  return Array.isArray(value);
}

function tagged(tag: string, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(tag), bytes]);
}

/** Whole numbers as the shorter integer that holds them, all others as a double. */
function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  if (!Number.isSafeInteger(value)) {
    bytes.write('d');
    bytes.writeDoubleBE(value, 1);
    return bytes;
  }
  if (value >= -(2 ** 31) && value < 2 ** 31) {
    bytes.write('I');
    bytes.writeInt32BE(value, 1);
    return bytes.subarray(0, 5);
  }
  bytes.write('l');
  bytes.writeBigInt64BE(BigInt(value), 1);
  return bytes;
}

/** Reads the fields from `start` to `end`; throws ProtocolError when they are not a table. */
export function readTable(bytes: Buffer, start: number, end: number): FieldTable {
  return new TableReader(bytes, start).fields(end, 0);
}

class TableReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  fields(end: number, depth: number): FieldTable {
    const fields: [string, FieldValue][] = [];
    while (this.#at < end) {
      const name = this.#text(this.#bytes[this.#take(1, end)] ?? 0, end);
      fields.push([name, this.#value(end, depth)]);
    }
    // fromEntries defines what it is given, so that a field named __proto__ is one like any other.
    return Object.fromEntries(fields);
  }

  #list(end: number, depth: number): FieldValue[] {
    const values: FieldValue[] = [];
    while (this.#at < end) values.push(this.#value(end, depth));
    return values;
  }

  #value(end: number, depth: number): FieldValue {
    if (depth > depthMax) throw new ProtocolError('a table nested too deeply');
    const bytes = this.#bytes;
    const tag = String.fromCharCode(bytes[this.#take(1, end)] ?? 0);
    switch (tag) {
      case 't':
        return bytes[this.#take(1, end)] !== 0;
      case 'b':
        return bytes.readInt8(this.#take(1, end));
      case 'B':
        return bytes.readUInt8(this.#take(1, end));
      case 's':
        return bytes.readInt16BE(this.#take(2, end));
      case 'u':
        return bytes.readUInt16BE(this.#take(2, end));
      case 'I':
        return bytes.readInt32BE(this.#take(4, end));
      case 'i':
        return uint32At(bytes, this.#take(4, end));
      case 'l':
        return Number(bytes.readBigInt64BE(this.#take(8, end)));
      case 'T':
        return uint64At(bytes, this.#take(8, end));
      case 'f':
        return bytes.readFloatBE(this.#take(4, end));
      case 'd':
        return bytes.readDoubleBE(this.#take(8, end));
      case 'D':
        return this.#decimal(end);
      case 'V':
        return null;
      case 'S':
        return this.#text(this.#length(end), end);
      case 'x': {
        const length = this.#length(end);
        const start = this.#take(length, end);
        return Buffer.from(bytes.subarray(start, start + length));
      }
      case 'A':
        return this.#list(this.#innerEnd(end), depth + 1);
      case 'F':
        return this.fields(this.#innerEnd(end), depth + 1);
      default:
        throw new ProtocolError('a table with a value of unknown type');
    }
  }

  /** A scale in decimal places, then the digits. */
  #decimal(end: number): number {
    const scale = this.#bytes[this.#take(1, end)] ?? 0;
    return this.#bytes.readInt32BE(this.#take(4, end)) / 10 ** scale;
  }

  #length(end: number): number {
    return uint32At(this.#bytes, this.#take(4, end));
  }

  #innerEnd(end: number): number {
    const length = this.#length(end);
    if (length > end - this.#at) throw tooShort();
    return this.#at + length;
  }

  #text(length: number, end: number): string {
    const start = this.#take(length, end);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #take(count: number, end: number): number {
    const at = this.#at;
    if (count > end - at) throw tooShort();
    this.#at += count;
    return at;
  }
}

function tooShort(): ProtocolError {
  return new ProtocolError('a table that is longer than what holds it');
}
