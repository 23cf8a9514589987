import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** What rmqbench reads and writes at a time, too. */
const chunkBytes = 64 * 1024;
const settleMillis = 500;

/** The reading thread: accepts one connection, reads into one buffer, and tells how much it has read. */
const readerSource = `
  const { createServer, Socket } = require('node:net');
  const { parentPort } = require('node:worker_threads');
  const buffer = Buffer.alloc(${chunkBytes});
  let count = 0;
  const server = createServer({ pauseOnConnect: true }, ({ _handle: handle }) => {
    const callback = (bytes) => {
      count += bytes;
      return true;
    };
    new Socket({ handle, onread: { buffer, callback } }).on('error', () => {}).resume();
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
  parentPort.on('message', () => parentPort.postMessage(count));
`;

/**
 * Bytes a second that one thread writes to a socket and another reads, with nothing in between: what
 * the machine can move over loopback at most, in the same units as a client.
 */
export async function socketPairBytesPerSecond(windowSeconds: number): Promise<number> {
  const reader = new Worker(readerSource, { eval: true });
  const [port] = (await once(reader, 'message')) as [number];
  const socket = connect({ host: '127.0.0.1', port });
  await once(socket, 'connect');
  const chunk = Buffer.alloc(chunkBytes);
  let isOver = false;
  const write = () => {
    if (isOver) return;
    if (socket.write(chunk)) setImmediate(write);
    else socket.once('drain', () => setImmediate(write));
  };
  write();
  const read = async () => {
    reader.postMessage('count');
    const [bytes] = (await once(reader, 'message')) as [number];
    return { bytes, atMillis: performance.now() };
  };
  await sleep(settleMillis);
  const begin = await read();
  await sleep(windowSeconds * 1000);
  const end = await read();
  isOver = true;
  socket.destroy();
  await reader.terminate();
  return ((end.bytes - begin.bytes) * 1000) / (end.atMillis - begin.atMillis);
}
