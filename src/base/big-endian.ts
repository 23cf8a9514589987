/**
 * Whole numbers, big-endian, for what runs once for every message or frame: Buffer's own methods check
 * the type of their arguments on every call.
 */

export function uint16At(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
}

export function uint32At(bytes: Uint8Array, offset: number): number {
  return ((uint16At(bytes, offset) << 16) | uint16At(bytes, offset + 2)) >>> 0;
}

/** Exact up to 2^53, which no count of messages will reach. */
export function uint64At(bytes: Uint8Array, offset: number): number {
  return uint32At(bytes, offset) * 2 ** 32 + uint32At(bytes, offset + 4);
}

export function putUint16(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value >>> 8;
  bytes[offset + 1] = value;
}

/** Puts the number modulo 2^32, without its fraction. */
export function putUint32(bytes: Uint8Array, offset: number, value: number): void {
  putUint16(bytes, offset, value >>> 16);
  putUint16(bytes, offset + 2, value);
}

/** Exact up to 2^53. */
export function putUint64(bytes: Uint8Array, offset: number, value: number): void {
  putUint32(bytes, offset, Math.floor(value / 2 ** 32));
  putUint32(bytes, offset + 4, value);
}
