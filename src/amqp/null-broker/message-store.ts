/** Messages begin at multiples of this, so that a reference to one fits in 30 bits. */
const granuleBytes = 16;
const chunkBytes = 256 * 1024;
/** The lower part of a reference counts granules in the chunk, the upper part chunks. */
const granuleBits = Math.log2(chunkBytes / granuleBytes);
const granuleMask = 2 ** granuleBits - 1;
/** Chunks kept for reuse: 16 MiB. */
const spareMax = 64;
/** What a message in a queue, or waiting for its acknowledgement, costs beside its bytes. */
const entryBytes = 16;

/** A stretch of memory with messages one after the other, free again when the last of them is gone. */
export interface Chunk {
  readonly bytes: Buffer;
  /** The same memory. */
  readonly words: Int32Array;
  usedBytes: number;
  messages: number;
}

/**
 * Memory for messages. They lie in chunks and are known by a reference: a number that names the
 * chunk and the place in it, never 0. A chunk is used again once no message in it is alive. So one
 * old message keeps a whole chunk, and that is how `heldBytes` counts it.
 */
export class MessageStore {
  /** By the upper part of references; index 0 stays empty, so that no reference is 0. */
  readonly #chunks: (Chunk | undefined)[] = [undefined];
  readonly #freeIndexes: number[] = [];
  readonly #spare: Chunk[] = [];
  #current: Chunk = newChunk(0);
  #currentIndex = 0;
  #chunkBytes = 0;
  /** In queues, or waiting for an acknowledgement; a message counts once in each queue. */
  entries = 0;
  /** What messages take that no queue has yet: bodies on their way in, open transactions. */
  unroutedBytes = 0;

  /** What queues and missing acknowledgements hold. */
  get heldBytes(): number {
    return this.#chunkBytes - this.unroutedBytes + this.entries * entryBytes;
  }

  /** Room for so many bytes, in one piece. */
  allocate(count: number): number {
    const aligned = Math.ceil(count / granuleBytes) * granuleBytes;
    if (aligned > chunkBytes) return this.#allocateAlone(aligned);
    if (this.#current.usedBytes + aligned > this.#current.bytes.length) this.#nextChunk();
    const chunk = this.#current;
    const granule = chunk.usedBytes / granuleBytes;
    chunk.usedBytes += aligned;
    chunk.messages++;
    return (this.#currentIndex << granuleBits) | granule;
  }

  chunkOf(reference: number): Chunk {
    const chunk = this.#chunks[reference >>> granuleBits];
    if (chunk === undefined) throw new Error('a reference to a message that is gone');
    return chunk;
  }

  /** Where in its chunk the message begins, bytes. */
  offsetOf(reference: number): number {
    return (reference & granuleMask) * granuleBytes;
  }

  /** Gives the message's memory back. */
  free(reference: number): void {
    const chunk = this.chunkOf(reference);
    chunk.messages--;
    if (chunk.messages > 0) return;
    if (chunk === this.#current) chunk.usedBytes = 0;
    else this.#retire(chunk, reference >>> granuleBits);
  }

  #allocateAlone(count: number): number {
    const chunk = newChunk(count);
    chunk.usedBytes = count;
    chunk.messages = 1;
    return this.#enter(chunk) << granuleBits;
  }

  #nextChunk(): void {
    this.#current = this.#spare.pop() ?? newChunk(chunkBytes);
    this.#currentIndex = this.#enter(this.#current);
  }

  #enter(chunk: Chunk): number {
    const index = this.#freeIndexes.pop() ?? this.#chunks.length;
    this.#chunks[index] = chunk;
    this.#chunkBytes += chunk.bytes.length;
    return index;
  }

  #retire(chunk: Chunk, index: number): void {
    this.#chunks[index] = undefined;
    this.#freeIndexes.push(index);
    this.#chunkBytes -= chunk.bytes.length;
    chunk.usedBytes = 0;
    if (chunk.bytes.length === chunkBytes && this.#spare.length < spareMax) this.#spare.push(chunk);
  }
}

function newChunk(count: number): Chunk {
  const memory = new ArrayBuffer(count);
  return {
    bytes: Buffer.from(memory),
    words: new Int32Array(memory),
    usedBytes: 0,
    messages: 0,
  };
}
