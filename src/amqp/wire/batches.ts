/** Who takes whole frames: a connection. */
export interface FrameSink {
  /** Calls `onWritten` when the bytes may be overwritten; false when they had better wait now. */
  write(frames: Buffer, onWritten: () => void): boolean;
}

/** What one write to the socket holds, if there is that much to send. */
const batchBytesMax = 64 * 1024;
/** What it holds at first: most connections never send much at a time. */
const batchBytesMin = 2 * 1024;

interface Batch {
  readonly bytes: Buffer;
  /** What the socket calls when it is done with the bytes. */
  readonly onWritten: () => void;
}

/**
 * The sending side of the hot path: frames that differ in few bytes only. Buffers are laid out with
 * copies of a template once, and a copy is overwritten where it differs, counted by `next`, and sent
 * with its neighbours by `flush`. Buffers return when the socket is done with them, so that sending
 * allocates a little for a batch and nothing for a message; they begin small and grow with use.
 */
export class Batches {
  readonly #template: Buffer;
  readonly #sink: FrameSink;
  readonly #free: Batch[] = [];
  #batchBytes: number;
  #batch: Batch | undefined;
  #offset = 0;
  #isWritable = true;

  constructor(template: Buffer, sink: FrameSink) {
    this.#template = template;
    this.#sink = sink;
    this.#batchBytes = Math.max(template.length, batchBytesMin);
  }

  /** Where the next copy of the template lies. */
  get bytes(): Buffer {
    this.#batch ??= this.#free.pop() ?? this.#layOut();
    return this.#batch.bytes;
  }

  /** At which offset of `bytes` it begins. */
  get offset(): number {
    return this.#offset;
  }

  /** The copy has been filled; false when the socket asks to wait. */
  next(): boolean {
    this.#offset += this.#template.length;
    if (this.#offset + this.#template.length > this.bytes.length) this.#growAndFlush();
    return this.#isWritable;
  }

  /** Sends what was filled; false when the socket asks to wait. */
  flush(): boolean {
    const batch = this.#batch;
    if (batch === undefined || this.#offset === 0) return this.#isWritable;
    const filled = batch.bytes.subarray(0, this.#offset);
    this.#batch = undefined;
    this.#offset = 0;
    this.#isWritable = this.#sink.write(filled, batch.onWritten);
    return this.#isWritable;
  }

  /** The socket takes more again. */
  onWritable(): void {
    this.#isWritable = true;
  }

  #growAndFlush(): void {
    this.#batchBytes = Math.max(
      Math.min(this.#batchBytes * 2, batchBytesMax),
      this.#template.length,
    );
    this.flush();
  }

  #layOut(): Batch {
    const copies = Math.floor(this.#batchBytes / this.#template.length);
    const bytes = Buffer.allocUnsafeSlow(copies * this.#template.length);
    for (let at = 0; at < bytes.length; at += this.#template.length) this.#template.copy(bytes, at);
    const batch: Batch = { bytes, onWritten: () => this.#takeBack(batch) };
    return batch;
  }

  /** Keeps a buffer for the next batch, unless larger ones are in use by now. */
  #takeBack(batch: Batch): void {
    const copies = Math.floor(this.#batchBytes / this.#template.length);
    if (batch.bytes.length === copies * this.#template.length) this.#free.push(batch);
  }
}
