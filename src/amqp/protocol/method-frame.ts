import { type FieldTable, longStringBytes, shortStringBytes, tableBytes } from './field-table.js';
import { frameEnd, frameTypes } from './frame-layout.js';
import { type MethodName, methods } from './methods.js';

/**
 * Builds one method frame, argument by argument in the order of the specification:
 * `new MethodFrame(1, 'basic.qos').uint32(0).uint16(prefetch).bits(false).bytes()`. For control
 * methods; whatever is sent for every message is laid out once and then overwritten in place.
 */
export class MethodFrame {
  readonly #channel: number;
  readonly #parts: Buffer[] = [];

  constructor(channel: number, method: MethodName) {
    this.#channel = channel;
    this.uint32(methods[method]);
  }

  uint8(value: number): this {
    return this.#append(Buffer.of(value));
  }

  uint16(value: number): this {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(value);
    return this.#append(bytes);
  }

  uint32(value: number): this {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return this.#append(bytes);
  }

  uint64(value: number): this {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return this.#append(bytes);
  }

  shortString(text: string): this {
    return this.#append(shortStringBytes(text));
  }

  longString(text: string): this {
    return this.#append(longStringBytes(text));
  }

  table(table: FieldTable): this {
    return this.#append(tableBytes(table));
  }

  /** Consecutive bits share an octet, the first in its lowest bit. */
  bits(...flags: readonly boolean[]): this {
    return this.uint8(flags.reduce((octet, flag, i) => octet | (Number(flag) << i), 0));
  }

  /** The whole frame. */
  bytes(): Buffer {
    return frame(frameTypes.method, this.#channel, Buffer.concat(this.#parts));
  }

  #append(bytes: Buffer): this {
    this.#parts.push(bytes);
    return this;
  }
}

/** One frame around a payload. */
export function frame(type: number, channel: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(7);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(channel, 1);
  head.writeUInt32BE(payload.length, 3);
  return Buffer.concat([head, payload, Buffer.of(frameEnd)]);
}
