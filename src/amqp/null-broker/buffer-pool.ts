/** The size of every buffer: large enough that a write to the socket costs little for each message. */
export const outputBufferBytes = 64 * 1024;

/** More than this are left to the garbage collector. */
const spareMax = 64;

/** Output buffers, used again once the socket has taken what was in them. */
export class BufferPool {
  readonly #spare: Buffer[] = [];

  take(): Buffer {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(outputBufferBytes);
  }

  giveBack(buffer: Buffer): void {
    if (this.#spare.length < spareMax) this.#spare.push(buffer);
  }
}
