import { putUint32 } from '../../base/big-endian.js';
import {
  frameEnd,
  frameHeadBytes,
  frameOverheadBytes,
  frameTypes,
} from '../protocol/frame-layout.js';
import { copyBytes } from './copy-bytes.js';
import type { MessageStore } from './message-store.js';

/*
 * A message as the store holds it: all that follows the consumer's own part of a basic.deliver, laid
 * out as it will be sent, so that a delivery is one copy and a few changes.
 *
 *   0   queues       i32, native   that hold it
 *   4   routeBytes   i32, native
 *   8   headerBytes  i32, native   payload of the content header's frame
 *   12  bodyBytes    i32, native
 *   16  route        exchange and routing key, both short strings
 *       0xCE         the end of the method's frame
 *       header       a frame
 *       body         a frame; none when the body is empty
 */
const headBytes = 16;
const queuesWord = 0;
const routeWord = 1;
const headerWord = 2;
const bodyWord = 3;

/** Two short strings with their lengths. */
export const routeBytesMax = 2 * 256;

/** What a message of such parts takes in the store. */
export function storedBytes(routeBytes: number, headerBytes: number, bodyBytes: number): number {
  const bodyFrameBytes = bodyBytes === 0 ? 0 : bodyBytes + frameOverheadBytes;
  return headBytes + routeBytes + 1 + headerBytes + frameOverheadBytes + bodyFrameBytes;
}

/**
 * Lays out a message with its route and its content header, the payload of a frame that lies from
 * `start` to `end`; the body is to be written by the caller. Returns the reference.
 */
export function storeMessage(
  store: MessageStore,
  route: Buffer,
  routeBytes: number,
  header: Buffer,
  start: number,
  end: number,
  bodyBytes: number,
): number {
  const headerBytes = end - start;
  const reference = store.allocate(storedBytes(routeBytes, headerBytes, bodyBytes));
  const { bytes, words } = store.chunkOf(reference);
  let at = store.offsetOf(reference);
  words[(at >>> 2) + queuesWord] = 0;
  words[(at >>> 2) + routeWord] = routeBytes;
  words[(at >>> 2) + headerWord] = headerBytes;
  words[(at >>> 2) + bodyWord] = bodyBytes;
  at += headBytes;
  copyBytes(route, 0, routeBytes, bytes, at);
  at += routeBytes;
  bytes[at] = frameEnd;
  at = putFrameHead(bytes, at + 1, frameTypes.header, headerBytes);
  copyBytes(header, start, headerBytes, bytes, at);
  at += headerBytes;
  bytes[at] = frameEnd;
  if (bodyBytes === 0) return reference;
  at = putFrameHead(bytes, at + 1, frameTypes.body, bodyBytes);
  bytes[at + bodyBytes] = frameEnd;
  return reference;
}

/** All but the channel, which is the consumer's. */
function putFrameHead(bytes: Buffer, at: number, type: number, payloadBytes: number): number {
  bytes[at] = type;
  putUint32(bytes, at + 3, payloadBytes);
  return at + frameHeadBytes;
}

/** The message is now in so many queues; each of them must release it. */
export function shareMessage(store: MessageStore, reference: number, queues: number): void {
  const { words } = store.chunkOf(reference);
  words[(store.offsetOf(reference) >>> 2) + queuesWord] = queues;
  store.entries += queues;
}

/** A queue holds the message once more. */
export function shareOnceMore(store: MessageStore, reference: number): void {
  const { words } = store.chunkOf(reference);
  const word = (store.offsetOf(reference) >>> 2) + queuesWord;
  words[word] = (words[word] ?? 0) + 1;
  store.entries++;
}

/** One queue has done with the message; after the last one its memory is free. */
export function releaseMessage(store: MessageStore, reference: number): void {
  const { words } = store.chunkOf(reference);
  const word = (store.offsetOf(reference) >>> 2) + queuesWord;
  const left = (words[word] ?? 0) - 1;
  words[word] = left;
  store.entries--;
  if (left === 0) store.free(reference);
}

/** Where the parts of a stored message lie; one view looks at one message after the other. */
export class MessageView {
  readonly #store: MessageStore;
  bytes: Buffer = Buffer.alloc(0);
  routeBytes = 0;
  headerBytes = 0;
  bodyBytes = 0;
  /** Of the route. */
  start = 0;
  /** Of the content header's frame. */
  header = 0;
  /** Of the body itself, behind its frame's head. */
  body = 0;
  end = 0;

  constructor(store: MessageStore) {
    this.#store = store;
  }

  look(reference: number): this {
    const { bytes, words } = this.#store.chunkOf(reference);
    const at = this.#store.offsetOf(reference);
    const word = at >>> 2;
    this.bytes = bytes;
    this.routeBytes = words[word + routeWord] ?? 0;
    this.headerBytes = words[word + headerWord] ?? 0;
    this.bodyBytes = words[word + bodyWord] ?? 0;
    this.start = at + headBytes;
    this.header = this.start + this.routeBytes + 1;
    const headerEnd = this.header + this.headerBytes + frameOverheadBytes;
    this.body = headerEnd + frameHeadBytes;
    this.end = this.bodyBytes === 0 ? headerEnd : this.body + this.bodyBytes + 1;
    return this;
  }
}
