import { readFileSync } from 'node:fs';
import { protocolHeader } from '../../../src/amqp/protocol/frame-layout.js';

/** One side of the recorded exchange; `recorded/README.md` tells what it holds. */
function recorded(name: string): Buffer {
  return readFileSync(new URL(`recorded/${name}`, import.meta.url));
}

/** All frames of each side; the client's protocol header, which is no frame, is left out. */
export const recordedFrames = {
  client: recorded('from-client.bin').subarray(protocolHeader.length),
  server: recorded('from-server.bin'),
};
