/**
 * ```
 * 0  type     u8    1 method · 2 content header · 3 body · 8 heartbeat
 * 1  channel  u16
 * 3  size     u32   of the payload
 * 7  payload
 *    end      u8    0xCE
 * ```
 *
 * AMQP 0-9-1 specification, §4.2.3. All numbers are big-endian.
 */
export const frameTypes = { method: 1, header: 2, body: 3, heartbeat: 8 } as const;

export const frameHeadBytes = 7;
export const frameEnd = 0xce;
/** What a frame is longer than its payload. */
export const frameOverheadBytes = frameHeadBytes + 1;

/** The smallest frame that every peer must take, its overhead included (§1.1, frame-min-size). */
export const frameMinBytes = 4096;

/** What a client says first: the protocol and its version 0-9-1. */
export const protocolHeader = Buffer.from('AMQP\x00\x00\x09\x01', 'latin1');

export const heartbeatFrame = Buffer.from([frameTypes.heartbeat, 0, 0, 0, 0, 0, 0, frameEnd]);
