import { expect } from 'vitest';

export interface Frame {
  readonly type: number;
  readonly channel: number;
  readonly payload: Buffer;
}

/** Cuts whole frames apart without any code of ours. */
export function framesIn(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 7 + bytes.readUInt32BE(at + 3);
    expect(bytes.readUInt8(end)).toBe(0xce);
    const payload = bytes.subarray(at + 7, end);
    frames.push({ type: bytes.readUInt8(at), channel: bytes.readUInt16BE(at + 1), payload });
    at = end + 1;
  }
  return frames;
}
