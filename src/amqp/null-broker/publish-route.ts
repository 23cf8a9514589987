import { Arguments } from '../protocol/arguments.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import { copyBytes } from './copy-bytes.js';
import type { MessageQueue } from './message-queue.js';
import { Refusal } from './refusal.js';
import { routeBytesMax } from './stored-message.js';
import type { VirtualHost } from './virtual-host.js';

/** Where the messages of one basic.publish go. */
export interface Route {
  readonly queues: readonly MessageQueue[];
  /** To be returned, because it is mandatory and there are no queues. */
  readonly isReturned: boolean;
  readonly isMandatory: boolean;
}

/** Of a basic.publish: class, method and a reserved number come before, flags come after. */
const namesOffset = 6;
const flagsBytes = 1;

/**
 * The route of a channel's latest basic.publish. A publisher mostly publishes to one place: so the
 * method's bytes are compared with those of the time before, and names are read and looked up only
 * when they differ, or when queues and bindings have changed since.
 */
export class PublishRoute {
  readonly #virtualHost: VirtualHost;
  readonly #method = Buffer.alloc(namesOffset + routeBytesMax + flagsBytes);
  #methodBytes = 0;
  #version = -1;
  #route: Route = { queues: [], isReturned: false, isMandatory: false };
  /** For comparing four bytes at a time; reads come in one and the same buffer. */
  readonly #ours = viewOf(this.#method);
  #viewed: Buffer = this.#method;
  #theirs = this.#ours;
  /** Exchange and routing key as the method holds them, in `routeBytes` bytes. */
  readonly names = this.#method.subarray(namesOffset);
  routeBytes = 0;

  constructor(virtualHost: VirtualHost) {
    this.#virtualHost = virtualHost;
  }

  /** The route of the method that lies from `start` to `end`. */
  of(bytes: Buffer, start: number, end: number): Route {
    if (this.#isTheSame(bytes, start, end)) return this.#route;
    this.#methodBytes = 0;
    const route = this.#resolve(bytes, start, end);
    const exchangeBytes = bytes[start + namesOffset] ?? 0;
    this.routeBytes = 2 + exchangeBytes + (bytes[start + namesOffset + 1 + exchangeBytes] ?? 0);
    if (end - start !== namesOffset + this.routeBytes + flagsBytes) {
      throw new ProtocolError('a basic.publish with bytes after its arguments');
    }
    this.#route = route;
    this.#version = this.#virtualHost.version;
    this.#methodBytes = end - start;
    copyBytes(bytes, start, this.#methodBytes, this.#method, 0);
    return route;
  }

  #isTheSame(bytes: Buffer, start: number, end: number): boolean {
    if (end - start !== this.#methodBytes || this.#version !== this.#virtualHost.version) {
      return false;
    }
    if (bytes !== this.#viewed) this.#look(bytes);
    const theirs = this.#theirs;
    const ours = this.#ours;
    const words = this.#methodBytes & ~3;
    for (let i = 4; i < words; i += 4) {
      if (theirs.getInt32(start + i) !== ours.getInt32(i)) return false;
    }
    for (let i = words; i < this.#methodBytes; i++) {
      if (this.#method[i] !== bytes[start + i]) return false;
    }
    return true;
  }

  #look(bytes: Buffer): void {
    this.#viewed = bytes;
    this.#theirs = viewOf(bytes);
  }

  #resolve(bytes: Buffer, start: number, end: number): Route {
    const args = new Arguments(bytes, start + 4, end);
    args.uint16();
    const exchange = args.shortString();
    const routingKey = args.shortString();
    const flags = args.uint8();
    if ((flags & 2) !== 0) throw new Refusal(540, 'immediate=true');
    const queues = this.#virtualHost.queuesFor(exchange, routingKey);
    const isMandatory = (flags & 1) === 1;
    return { queues, isReturned: isMandatory && queues.length === 0, isMandatory };
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
