import { uint16At, uint32At } from '../../base/big-endian.js';
import {
  frameEnd,
  frameHeadBytes,
  frameMinBytes,
  frameOverheadBytes,
  frameTypes,
  protocolHeader,
} from './frame-layout.js';
import { ProtocolError } from './protocol-error.js';

/**
 * Who is told of frames. Offsets are into `bytes`, `end` excluded, and valid only during the call.
 * A body may come in several parts, also within one frame; the sizes of the parts add up to what the
 * content header announced.
 */
export interface FrameHandler {
  onMethod(channel: number, bytes: Buffer, start: number, end: number): void;
  onHeader(channel: number, bytes: Buffer, start: number, end: number): void;
  onBody(channel: number, bytes: Buffer, start: number, end: number): void;
  onHeartbeat(): void;
}

/** Room that must lie before what is read, for the rest of the frame that the last read broke off. */
export const headroomBytes = 128 * 1024;

const nothing = Buffer.alloc(0);

const knownTypes: ReadonlySet<number | undefined> = new Set(Object.values(frameTypes));

/**
 * Finds the frames in a stream of reads. Bodies are handed on as they come; of any other frame the
 * part that a read broke off is kept, and put before the next read, so that a frame's payload always
 * lies in one piece. Nothing is allocated for a frame. Throws ProtocolError for bytes that are no
 * AMQP, after which the reader is of no more use.
 */
export class FrameReader {
  readonly #handler: FrameHandler;
  #frameMaxBytes = headroomBytes;
  /** The part of a frame that the last read broke off. */
  #kept = nothing;
  #keptBytes = 0;
  /** Of a body frame that the last read broke off: what is still to come, its end octet excluded. */
  #bodyBytesLeft = 0;
  #bodyChannel = 0;
  #isInBody = false;

  constructor(handler: FrameHandler) {
    this.#handler = handler;
  }

  /** Refuses larger frames from now on; the peers have agreed on this when they tuned. */
  set frameMaxBytes(bytes: number) {
    this.#frameMaxBytes = Math.min(Math.max(bytes, frameMinBytes), headroomBytes);
  }

  /**
   * Takes the bytes from `start` to `end` of one read. The `headroomBytes` before `start` are
   * overwritten when the last read broke off in a frame.
   */
  read(bytes: Buffer, start: number, end: number): void {
    let at = start;
    if (this.#isInBody) {
      at = this.#continueBody(bytes, at, end);
    } else if (this.#keptBytes > 0) {
      at -= this.#keptBytes;
      this.#kept.copy(bytes, at, 0, this.#keptBytes);
      this.#keptBytes = 0;
    }
    this.#readFrames(bytes, at, end);
  }

  #readFrames(bytes: Buffer, start: number, end: number): void {
    let at = start;
    while (end - at >= frameOverheadBytes) {
      const type = bytes[at];
      const size = uint32At(bytes, at + 3);
      if (size + frameOverheadBytes > this.#frameMaxBytes) this.#refuseSize(bytes, at, size);
      const payload = at + frameHeadBytes;
      const payloadEnd = payload + size;
      if (payloadEnd >= end) {
        if (type === frameTypes.body) {
          this.#beginBody(bytes, at, end);
          return;
        }
        // Not first when all of it has come, which a peer of another protocol need never send.
        if (!knownTypes.has(type)) throw unknownType(type);
        break;
      }
      if (bytes[payloadEnd] !== frameEnd) {
        throw knownTypes.has(type) ? brokenFrame() : unknownType(type);
      }
      const channel = uint16At(bytes, at + 1);
      if (type === frameTypes.body) {
        // An empty part is none, as when reads cut a body into parts.
        if (size > 0) this.#handler.onBody(channel, bytes, payload, payloadEnd);
      } else if (type === frameTypes.method) {
        this.#handler.onMethod(channel, bytes, payload, payloadEnd);
      } else if (type === frameTypes.header) {
        this.#handler.onHeader(channel, bytes, payload, payloadEnd);
      } else if (type === frameTypes.heartbeat) this.#handler.onHeartbeat();
      else throw unknownType(type);
      at = payloadEnd + 1;
    }
    this.#keep(bytes, at, end);
  }

  #beginBody(bytes: Buffer, at: number, end: number): void {
    const payload = at + frameHeadBytes;
    this.#isInBody = true;
    this.#bodyChannel = uint16At(bytes, at + 1);
    this.#bodyBytesLeft = uint32At(bytes, at + 3);
    this.#takeBody(bytes, payload, end);
  }

  /** Goes on with the body frame that the last read broke off; returns where the next frame begins. */
  #continueBody(bytes: Buffer, start: number, end: number): number {
    const at = start + this.#takeBody(bytes, start, end);
    if (this.#bodyBytesLeft > 0 || at === end) return end;
    if (bytes[at] !== frameEnd) throw brokenFrame();
    this.#isInBody = false;
    return at + 1;
  }

  #takeBody(bytes: Buffer, start: number, end: number): number {
    const taken = Math.min(this.#bodyBytesLeft, end - start);
    this.#bodyBytesLeft -= taken;
    if (taken > 0) this.#handler.onBody(this.#bodyChannel, bytes, start, start + taken);
    return taken;
  }

  #keep(bytes: Buffer, start: number, end: number): void {
    const count = end - start;
    if (count > this.#kept.length) this.#kept = Buffer.alloc(2 ** Math.ceil(Math.log2(count + 1)));
    bytes.copy(this.#kept, 0, start, end);
    this.#keptBytes = count;
  }

  /** A peer of another protocol, or of another version of this one, gives itself away here. */
  #refuseSize(bytes: Buffer, at: number, size: number): never {
    if (bytes.compare(protocolHeader, 0, 4, at, at + 4) === 0) {
      const version = [...bytes.subarray(at + 5, at + 8)].join('-');
      throw new ProtocolError(`it speaks another version of AMQP (${version})`);
    }
    throw new ProtocolError(
      `a frame of ${size} bytes, more than the ${this.#frameMaxBytes} agreed`,
    );
  }
}

function unknownType(type: number | undefined): ProtocolError {
  return new ProtocolError(`a frame of unknown type ${type}`);
}

function brokenFrame(): ProtocolError {
  return new ProtocolError('a frame that does not end where it should');
}
