import { MethodFrame } from '../protocol/method-frame.js';
import type { Refusal } from './refusal.js';

/** Tells a client that its channel, or with number 0 its connection, is closed, and for which method. */
export function closeFrame(channel: number, refusal: Refusal, method: number): Buffer {
  return new MethodFrame(channel, channel === 0 ? 'connection.close' : 'channel.close')
    .uint16(refusal.code)
    .shortString(refusal.message)
    .uint16(method >>> 16)
    .uint16(method & 0xffff)
    .bytes();
}
