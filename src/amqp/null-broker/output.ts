import type { Socket } from 'node:net';
import { type BufferPool, outputBufferBytes } from './buffer-pool.js';
import { copyBytes } from './copy-bytes.js';
import type { Counters } from './counts.js';
import type { Turn } from './turn.js';

/** Deliveries stop while more than this waits for the socket. */
const fullBytes = 4 * outputBufferBytes;

const nothing = Buffer.alloc(0);

/**
 * What goes out on one connection. Bytes are gathered in large buffers; a buffer is sent when it is
 * full, or at the end of the turn unless the socket still has one to write: then what comes in the
 * meantime goes with the next. A buffer belongs to the connection only while it holds something.
 */
export class Output {
  readonly #socket: Socket;
  readonly #pool: BufferPool;
  readonly #turn: Turn;
  readonly #counters: Counters;
  readonly #onWritable: () => void;
  #end = 0;
  #inFlightBytes = 0;
  #wasFull = false;
  /** Where to write what was reserved. */
  bytes: Buffer = nothing;
  /** Set at every write to the socket, for whoever sends heartbeats. */
  hasSent = false;

  /** `onWritable` is called when there is room again after `isFull` was seen to be true. */
  constructor(
    socket: Socket,
    shared: { readonly pool: BufferPool; readonly turn: Turn; readonly counters: Counters },
    onWritable: () => void,
  ) {
    this.#socket = socket;
    this.#pool = shared.pool;
    this.#turn = shared.turn;
    this.#counters = shared.counters;
    this.#onWritable = onWritable;
  }

  /** Bytes that the operating system has not taken. */
  get backlogBytes(): number {
    return this.#inFlightBytes + this.#end;
  }

  get isFull(): boolean {
    if (this.backlogBytes < fullBytes) return false;
    this.#wasFull = true;
    return true;
  }

  /** Makes room for so many bytes, 64 KiB at most; returns where in `bytes` they must be written. */
  reserve(count: number): number {
    if (this.#end + count > this.bytes.length) this.#takeBuffer();
    const at = this.#end;
    this.#end += count;
    return at;
  }

  /** Copies any number of bytes in. */
  append(source: Buffer, start = 0, end = source.length): void {
    for (let at = start; at < end; ) {
      if (this.#end === this.bytes.length) this.#takeBuffer();
      const count = Math.min(end - at, this.bytes.length - this.#end);
      copyBytes(source, at, count, this.bytes, this.#end);
      this.#end += count;
      at += count;
    }
  }

  /** Sends the caller's own bytes, after everything else; they are the caller's again at `onTaken`. */
  send(bytes: Buffer, onTaken: () => void): void {
    this.#sendGathered();
    this.#write(bytes, onTaken);
  }

  /** Sends what was gathered, unless a write is under way that will see to it. */
  flush(): void {
    if (this.#inFlightBytes === 0) this.#sendGathered();
  }

  /** Sends everything, and ends this side of the connection. */
  end(): void {
    this.#sendGathered();
    this.#socket.end();
  }

  #takeBuffer(): void {
    this.#sendGathered();
    this.bytes = this.#pool.take();
    this.#turn.flushLater(this);
  }

  #sendGathered(): void {
    if (this.#end === 0) return;
    const buffer = this.bytes;
    const gathered = buffer.subarray(0, this.#end);
    this.bytes = nothing;
    this.#end = 0;
    this.#write(gathered, () => this.#pool.giveBack(buffer));
  }

  #write(bytes: Buffer, onTaken: () => void): void {
    const count = bytes.length;
    this.hasSent = true;
    this.#inFlightBytes += count;
    this.#counters.bytesOut += count;
    this.#socket.write(bytes, (error) => {
      // The system may still be at work on the bytes of a write that failed: they are not used again.
      if (error) return;
      this.#inFlightBytes -= count;
      onTaken();
      this.flush();
      if (this.#wasFull && this.backlogBytes < fullBytes / 2) {
        this.#wasFull = false;
        this.#onWritable();
      }
    });
  }
}
