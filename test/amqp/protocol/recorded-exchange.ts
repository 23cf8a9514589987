import { readFileSync } from 'node:fs';
import { protocolHeader } from '../../../src/amqp/protocol/frame-layout.js';

/**
 * One side of a recorded exchange: the bytes of one real connection in full, between amqplib 2.3.1 and
 * RabbitMQ 3.10.8, written down by a small proxy between them. `frameMax=4096&heartbeat=1` was asked
 * for, so that a few kilobytes hold all of it: the handshake, confirms with and without `multiple`, a
 * mandatory message that is returned, messages with an empty body, with every property, with a body in
 * two frames, a redelivery, a channel that the broker closes with 404, heartbeats both ways, and an
 * orderly end. User and password are `guest`.
 */
function recorded(name: string): Buffer {
  return readFileSync(new URL(`recorded/${name}`, import.meta.url));
}

/** All frames of each side; the client's protocol header, which is no frame, is left out. */
export const recordedFrames = {
  client: recorded('from-client.bin').subarray(protocolHeader.length),
  server: recorded('from-server.bin'),
};
