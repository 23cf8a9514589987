import { protocolHeader } from '../protocol/frame-layout.js';

/** Awaits the eight bytes with which a client says what it speaks. */
export class ProtocolHeader {
  #matched = 0;
  isWrong = false;

  get isComplete(): boolean {
    return this.#matched === protocolHeader.length;
  }

  /** Returns where what follows begins; it does not matter when the header is wrong. */
  read(bytes: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && !this.isComplete && !this.isWrong) {
      if (bytes[at] === protocolHeader[this.#matched]) this.#matched++;
      else this.isWrong = true;
      at++;
    }
    return at;
  }
}
