import { uint16At, uint32At, uint64At } from '../../base/big-endian.js';
import { type FieldTable, readTable } from './field-table.js';
import { ProtocolError } from './protocol-error.js';

/** Reads a method's arguments one after the other; throws ProtocolError when there are too few. */
export class Arguments {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  uint8(): number {
    return this.#bytes[this.#take(1)] ?? 0;
  }

  uint16(): number {
    return uint16At(this.#bytes, this.#take(2));
  }

  uint32(): number {
    return uint32At(this.#bytes, this.#take(4));
  }

  uint64(): number {
    return uint64At(this.#bytes, this.#take(8));
  }

  shortString(): string {
    const length = this.uint8();
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  longString(): string {
    const length = this.uint32();
    const start = this.#take(length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  table(): FieldTable {
    const length = this.uint32();
    const start = this.#take(length);
    return readTable(this.#bytes, start, start + length);
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at) throw new ProtocolError('a method with too few arguments');
    this.#at += count;
    return at;
  }
}
