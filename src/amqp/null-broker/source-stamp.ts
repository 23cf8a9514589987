import { putUint32 } from '../../base/big-endian.js';
import { systemClock } from '../../base/clock.js';

/*
 * The first 12 bytes of every body of a load's messages, big-endian. Kept in step with
 * measure/stamp.ts, which reads them and which amqp/ may not import:
 *
 *   0   publisher  u16   here the consumer's number, counted from 0 in the order of subscribing
 *   2   sequence   u32   counted from 0 for each consumer
 *   6   sent       u32   µs since an agreed moment, wrapping
 *   10  lag        f16   how late it was sent; always 0 here
 */
export const stampBytes = 12;

/** Writes what is the same in all messages for one consumer. */
export function putConsumer(body: Buffer, consumer: number): void {
  body.writeUInt16BE(consumer & 0xffff, 0);
}

/** Writes what differs; `sentMicros` must lie below 2^32. */
export function putMessage(bytes: Buffer, at: number, sequence: number, sentMicros: number): void {
  putUint32(bytes, at + 2, sequence);
  putUint32(bytes, at + 6, sentMicros);
}

/** The stamp's time: whole µs since `originUnixMicros`, modulo 2^32. */
export function stampMicros(originUnixMicros: number): number {
  const unixMicros = performance.timeOrigin * 1000 + systemClock.nowMicros();
  return (Math.floor(unixMicros - originUnixMicros) % 2 ** 32) >>> 0;
}
