import { FrameReader, headroomBytes } from '../../../src/amqp/protocol/frame-reader.js';
import { ProtocolError } from '../../../src/amqp/protocol/protocol-error.js';

/** What a handler was told; the parts of a body that came one after the other are put together. */
export interface Told {
  readonly kind: 'method' | 'header' | 'body' | 'heartbeat';
  readonly channel: number;
  readonly bytes: Buffer;
}

export interface Outcome {
  readonly told: readonly Told[];
  /** The message of the ProtocolError that ended reading. */
  readonly failure: string | undefined;
}

export interface ReadingOptions {
  readonly frameMaxBytes?: number;
  /** What lies in memory wherever nothing was read to. */
  readonly filler?: number;
}

const guardBytes = 64;
const readBytes = 64 * 1024;
const lowest = guardBytes;
const start = lowest + headroomBytes;
const memory = Buffer.alloc(start + readBytes + guardBytes);

/**
 * Gives the reads to a frame reader, each in the same memory, as the client does, and takes its bytes
 * away after it. Fails when the reader speaks of bytes outside what it was given, writes to any, or
 * throws anything but a ProtocolError.
 */
export function outcomeOf(reads: readonly Buffer[], options: ReadingOptions = {}): Outcome {
  const { frameMaxBytes, filler = 0 } = options;
  const told: Told[] = [];
  let end = start;
  let taken = 0;
  const tell = (kind: Told['kind'], channel: number, bytes: Buffer, from: number, to: number) => {
    if (bytes !== memory || from < lowest || from > to || to > end) throw new Error('outside');
    const copy = Buffer.from(bytes.subarray(from, to));
    const last = told.at(-1);
    if (kind !== 'body') told.push({ kind, channel, bytes: copy });
    else if (last?.kind === 'body' && last.channel === channel) {
      told[told.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, copy]) };
    } else told.push({ kind, channel, bytes: copy });
  };
  const reader = new FrameReader({
    onMethod: (...where) => tell('method', ...where),
    onHeader: (...where) => tell('header', ...where),
    onBody: (...where) => tell('body', ...where),
    onHeartbeat: () => tell('heartbeat', 0, memory, start, start),
  });
  if (frameMaxBytes !== undefined) reader.frameMaxBytes = frameMaxBytes;
  lay(filler);
  try {
    for (const read of reads.flatMap(pieces)) {
      read.copy(memory, start);
      end = start + read.length;
      reader.read(memory, start, end);
      expectUntouched(end, filler);
      // What was left of earlier reads lies right before this one.
      memory.fill(filler, Math.max(lowest, start - taken), end);
      taken += read.length;
    }
  } catch (thrown) {
    if (!(thrown instanceof ProtocolError)) throw thrown;
    expectUntouched(end, filler);
    memory.fill(filler, Math.max(lowest, start - taken), end);
    return { told, failure: thrown.message };
  }
  return { told, failure: undefined };
}

/** Fills all of the memory, if it holds anything else. */
function lay(filler: number): void {
  if (memory[0] !== filler) memory.fill(filler);
}

/** No read brings more than there is room for. */
function pieces(read: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < read.length; at += readBytes) parts.push(read.subarray(at, at + readBytes));
  return parts;
}

function expectUntouched(end: number, filler: number): void {
  for (let i = 0; i < guardBytes; i++) {
    if (memory[i] !== filler || memory[end + i] !== filler) throw new Error('written outside');
  }
}

/** The bytes in as many reads as these places cut them into. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const inOrder = [...new Set(places.map((place) => place % (bytes.length + 1)))];
  inOrder.sort((a, b) => a - b);
  const ends = [...inOrder, bytes.length];
  return ends.map((end, i) => bytes.subarray(ends[i - 1] ?? 0, end));
}

/** For comparing many outcomes fast. */
export function asText({ told, failure }: Outcome): string {
  const lines = told.map(
    ({ kind, channel, bytes }) => `${kind} ${channel} ${bytes.toString('latin1')}`,
  );
  return [...lines, `failure: ${failure}`].join('\n');
}
