import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { BrokerUrl } from '../../base/broker-url.js';
import type { TlsOptions } from '../load-client.js';
import { headroomBytes } from '../protocol/frame-reader.js';

const readBytes = 64 * 1024;

/**
 * All sockets of a thread read into the same memory, each handling what it read before the next one
 * reads: a connection that is idle costs no buffer, and one that is not allocates none for a read.
 * The headroom is the frame reader's, for the rest of a frame.
 */
const memory = Buffer.allocUnsafeSlow(headroomBytes + readBytes);
const readArea = memory.subarray(headroomBytes);

/** Above so many bytes that wait for the socket, publishers are asked to wait too. */
export const writeMarkBytes = 128 * 1024;

/**
 * Called for each read, with the bytes from `start` to `end`, valid only during the call and with the
 * frame reader's headroom before them. Returns whether to read on; if not, the socket pauses.
 */
export type OnRead = (bytes: Buffer, start: number, end: number) => boolean;

/** Opens a TCP or TLS socket that reads without allocating; 'error' and 'close' tell of its end. */
export function openSocket(url: BrokerUrl, tls: TlsOptions | undefined, onRead: OnRead): Socket {
  const onread = {
    buffer: readArea,
    callback: (bytes: number) => onRead(memory, headroomBytes, headroomBytes + bytes),
  };
  const { host, port } = url;
  // TLS sockets know no mark for writing alone.
  const options = { host, port, onread, highWaterMark: writeMarkBytes };
  const socket = url.isTls
    ? connectTls({ ...options, ...named(host), ...tls })
    : connectTcp(options);
  return socket.setNoDelay(true);
}

/** Tells a server that stands for many hosts which one is meant; an address is no such name. */
function named(host: string): { readonly servername?: string } {
  return isIP(host) === 0 ? { servername: host } : {};
}
