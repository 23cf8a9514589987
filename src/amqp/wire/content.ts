import { uint64At } from '../../base/big-endian.js';
import { bodyHeadBytes } from '../load-client.js';
import { wasDeadLettered } from '../protocol/dead-letter.js';
import { ProtocolError } from '../protocol/protocol-error.js';

/** Told of a whole message; its first bytes lie in `bytes` from `offset`, valid during the call. */
export type OnContent = (bytes: Buffer, offset: number, bodyBytes: number) => void;

/** The class, two bytes of no use, and the body's size. */
const propertiesOffset = 12;
/** With the flags of no properties. */
const headerBytesMin = propertiesOffset + 2;

/**
 * Gathers one message after the other from its method, content header and body parts. Of a body that
 * comes in parts only the head is kept, so that a message of any size costs the same memory.
 */
export class Content {
  #awaits: 'method' | 'header' | 'body' = 'method';
  #onContent: OnContent = () => {};
  #bodyBytes = 0;
  #bytesLeft = 0;
  #head: Buffer | undefined;
  #wasDeadLettered = false;

  /** Whether the message that is told of came to its queue as a dead letter. */
  get wasDeadLettered(): boolean {
    return this.#wasDeadLettered;
  }

  /** A method came that content follows. */
  begin(onContent: OnContent): void {
    if (this.#awaits !== 'method') throw new ProtocolError('a message within a message');
    this.#awaits = 'header';
    this.#onContent = onContent;
  }

  /** A method came that stands alone. */
  refuse(): void {
    if (this.#awaits !== 'method') throw new ProtocolError('a method within a message');
  }

  onHeader(bytes: Buffer, start: number, end: number): void {
    if (this.#awaits !== 'header') throw new ProtocolError('a content header without its method');
    if (end - start < headerBytesMin) throw new ProtocolError('a content header that is too short');
    this.#awaits = 'body';
    this.#bodyBytes = uint64At(bytes, start + 4);
    this.#bytesLeft = this.#bodyBytes;
    this.#wasDeadLettered = wasDeadLettered(bytes, start + propertiesOffset, end);
    if (this.#bodyBytes === 0) this.#complete(bytes, end);
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    const count = end - start;
    if (this.#awaits !== 'body') throw new ProtocolError('a body without its content header');
    if (count > this.#bytesLeft) throw new ProtocolError('a body longer than announced');
    if (count === this.#bodyBytes) {
      this.#complete(bytes, start);
      return;
    }
    this.#keepHead(bytes, start, count);
    this.#bytesLeft -= count;
    if (this.#bytesLeft === 0 && this.#head) this.#complete(this.#head, 0);
  }

  #complete(bytes: Buffer, offset: number): void {
    this.#awaits = 'method';
    this.#onContent(bytes, offset, this.#bodyBytes);
  }

  #keepHead(bytes: Buffer, start: number, count: number): void {
    const before = this.#bodyBytes - this.#bytesLeft;
    if (before >= bodyHeadBytes) return;
    this.#head ??= Buffer.alloc(bodyHeadBytes);
    bytes.copy(this.#head, before, start, start + Math.min(count, bodyHeadBytes - before));
  }
}
