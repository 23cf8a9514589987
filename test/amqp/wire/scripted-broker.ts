import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { onTestFinished } from 'vitest';
import { MethodFrame } from '../../../src/amqp/protocol/method-frame.js';
import { methodName } from '../../../src/amqp/protocol/methods.js';
import { amqplibDefinitions } from '../protocol/amqplib-codec.js';

/** One frame from the client, as amqplib understands it, or what it said before any frame. */
export interface Received {
  /** `basic.publish`, or `header`, `body`, `heartbeat`, `protocol header`. */
  readonly name: string;
  readonly channel: number;
  readonly payload: Buffer;
  /** A method's arguments, by the names that amqplib gives them. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The client hung up while the script waited for it. */
class HungUp extends Error {}

/** The broker's end of one connection. */
export class Peer {
  readonly socket: Socket;
  /** All that came, heartbeats too. */
  readonly received: Received[] = [];
  /** Resolves when the connection is closed. */
  readonly closed: Promise<unknown>;
  #taken = 0;
  #unread: Buffer = Buffer.alloc(0);
  #onReceived: () => void = () => {};

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.once('close', () => this.#onReceived());
  }

  /** The next thing that comes, or came; heartbeats are passed over, unless it shall be one. */
  async expect(name: string): Promise<Received> {
    const next = await this.#next(name === 'heartbeat');
    if (next.name !== name) throw new Error(`${next.name} came instead of ${name}`);
    return next;
  }

  /** Passes over all that comes before it. */
  async until(name: string): Promise<Received> {
    for (;;) {
      const next = await this.#next(name === 'heartbeat');
      if (next.name === name) return next;
    }
  }

  /** In one write, so that the client mostly gets it in one read. */
  send(...frames: readonly (Buffer | MethodFrame)[]): void {
    const bytes = frames.map((one) => (one instanceof MethodFrame ? one.bytes() : one));
    this.socket.write(Buffer.concat(bytes));
  }

  async #next(withHeartbeats: boolean): Promise<Received> {
    for (;;) {
      const next = this.received[this.#taken];
      if (next) {
        this.#taken++;
        if (withHeartbeats || next.name !== 'heartbeat') return next;
      } else if (this.socket.destroyed) {
        throw new HungUp('the client closed the connection');
      } else {
        await new Promise<void>((resolve) => {
          this.#onReceived = resolve;
        });
      }
    }
  }

  #read(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    let at = 0;
    for (;;) {
      const end = this.#take(this.#unread.subarray(at));
      if (end === 0) break;
      at += end;
    }
    this.#unread = this.#unread.subarray(at);
    this.#onReceived();
  }

  /** Returns the length of the frame that was taken, 0 when it is not whole. */
  #take(bytes: Buffer): number {
    if (this.received.length === 0) {
      if (bytes.length < 8) return 0;
      const payload = bytes.subarray(0, 8);
      this.received.push({ name: 'protocol header', channel: 0, payload, fields: {} });
      return 8;
    }
    if (bytes.length < 8 || bytes.length < 8 + bytes.readUInt32BE(3)) return 0;
    const end = 7 + bytes.readUInt32BE(3);
    if (bytes[end] !== 0xce) throw new Error('the client sent a frame without its end');
    this.received.push(received(bytes.subarray(0, end)));
    return end + 1;
  }
}

function received(frame: Buffer): Received {
  const payload = Buffer.from(frame.subarray(7));
  const channel = frame.readUInt16BE(1);
  const contents: Readonly<Record<number, string>> = { 2: 'header', 3: 'body', 8: 'heartbeat' };
  const content = contents[frame.readUInt8(0)];
  if (content !== undefined) return { name: content, channel, payload, fields: {} };
  const id = payload.readUInt32BE(0);
  const fields = amqplibDefinitions.decode(id, payload.subarray(4));
  return { name: methodName(id), channel, payload, fields };
}

export type Script = (peer: Peer) => Promise<void> | void;

/** A broker on this machine that does with every connection what its script says, and no more. */
export interface ScriptedBroker {
  /** With user "me" and password "secret", and without heartbeats. */
  readonly url: string;
  readonly port: number;
  /** In the order in which they came. */
  readonly peers: readonly Peer[];
  /** Resolves when a connection has come. */
  peer(): Promise<Peer>;
}

/** Ends with the test, which fails when a script did. */
export async function scriptedBroker(script: Script, tls?: TlsOptions): Promise<ScriptedBroker> {
  const peers: Peer[] = [];
  const scripts: Promise<unknown>[] = [];
  const accept = (socket: Socket) => {
    const peer = new Peer(socket);
    peers.push(peer);
    const ended = Promise.resolve(script(peer)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    scripts.push(ended);
  };
  const server = tls ? createTlsServer(tls, accept) : createServer(accept);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    await stop(server, peers);
    for (const failure of await Promise.all(scripts)) {
      if (failure !== undefined && !(failure instanceof HungUp)) throw failure;
    }
  });
  const { port } = server.address() as AddressInfo;
  const url = `${tls ? 'amqps' : 'amqp'}://me:secret@127.0.0.1:${port}?heartbeat=0`;
  const peer = async () => {
    while (peers.length === 0) await once(server, tls ? 'secureConnection' : 'connection');
    return peers[0] as Peer;
  };
  return { url, port, peers, peer };
}

async function stop(server: Server, peers: readonly Peer[]): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  for (const { socket } of peers) socket.destroy();
  await closed;
}
