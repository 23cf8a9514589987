import { putUint16, putUint32, uint16At, uint32At } from '../base/big-endian.js';

/**
 * The first twelve bytes of every body: who sent the message, which one it is, and both moments it
 * left at. Twelve is PerfTest's default body size, so the smallest messages of both tools compare.
 *
 * ```
 * 0  publisher   u16
 * 2  sequence    u32   counted from 0 by each publisher; wraps, unwrapped by the reader
 * 6  sent        u32   µs since the trial began; wraps after 71 minutes, unwrapped by the reader
 * 10 lag         f16   sent − intended, µs; exact below 2,048 µs, within 1/2,048 above
 * ```
 *
 * Everything is big-endian. The reader takes one field at a time, so that reading allocates nothing.
 */
export const stampBytes = 12;

/** The most publishers that one trial may have: the stamp names them in 16 bits. */
export const publishersMax = 0x1_0000;

const wrap = 2 ** 32;

/** Writes the part of the stamp that is the same for all messages of one publisher. */
export function writePublisher(bytes: Buffer, offset: number, publisher: number): void {
  bytes.writeUInt16BE(publisher, offset);
}

/** A stamp with that part alone. */
export function stampOf(publisher: number): Buffer {
  const stamp = Buffer.alloc(stampBytes);
  writePublisher(stamp, 0, publisher);
  return stamp;
}

/** Writes the part that differs; times are µs, whole or not, and never negative. */
export function writeMessage(
  bytes: Buffer,
  offset: number,
  sequence: number,
  sentMicros: number,
  lagMicros: number,
): void {
  putUint32(bytes, offset + 2, sequence);
  putUint32(bytes, offset + 6, sentMicros);
  putUint16(bytes, offset + 10, packLag(lagMicros));
}

export function readPublisher(bytes: Buffer, offset: number): number {
  return uint16At(bytes, offset);
}

/** The sequence, as the one nearest to `near` that has the stamp's low 32 bits. */
export function readSequence(bytes: Buffer, offset: number, near: number): number {
  const low = uint32At(bytes, offset + 2);
  // A difference taken modulo 2^32, of either sign.
  const sequence = near + ((low - near) | 0);
  return sequence < 0 ? low : sequence;
}

/** The sent moment, as the latest one with the stamp's low 32 bits that is not after `nowMicros`. */
export function readSentMicros(bytes: Buffer, offset: number, nowMicros: number): number {
  const low = uint32At(bytes, offset + 6);
  const now = Math.floor(nowMicros);
  // A shift by no bits takes a number modulo 2^32, of either sign.
  const age = (now - low) >>> 0;
  // A stamp from "the future" by less than half the range is a clock that runs backwards, not a
  // message that is 71 minutes old: it must come out as a negative latency, so that it is noticed.
  return age > wrap / 2 ? now + (wrap - age) : now - age;
}

export function readLagMicros(bytes: Buffer, offset: number): number {
  return unpackLag(uint16At(bytes, offset + 10));
}

/** Five bits of exponent and eleven of mantissa: microseconds up to 71 minutes in two bytes. */
export function packLag(micros: number): number {
  const whole = micros >= wrap - 1 ? wrap - 1 : Math.round(micros);
  if (whole < 2048) return whole;
  const exponent = 21 - Math.clz32(whole);
  const mantissa = Math.round(whole / 2 ** exponent);
  // Rounding up may reach 2,048, which is 1,024 at the next exponent.
  return mantissa === 2048 ? ((exponent + 1) << 11) | 1024 : (exponent << 11) | mantissa;
}

export function unpackLag(packed: number): number {
  return (packed & 0x7ff) * 2 ** (packed >>> 11);
}
