import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { Arguments } from '../../../../src/amqp/protocol/arguments.js';
import { protocolHeader } from '../../../../src/amqp/protocol/frame-layout.js';
import { FrameReader, headroomBytes } from '../../../../src/amqp/protocol/frame-reader.js';
import { MethodFrame } from '../../../../src/amqp/protocol/method-frame.js';
import { methodName } from '../../../../src/amqp/protocol/methods.js';
import { uint32At } from '../../../../src/base/big-endian.js';

/** One method that came, its arguments still to be read. */
export interface Received {
  readonly name: string;
  readonly channel: number;
  readonly args: Arguments;
}

/** A client that sends whatever bytes it is given, and shows what it gets. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #received: Received[] = [];
  #taken = 0;
  #whenReceived: () => void = () => {};
  /** The first bytes that came. */
  bytes = Buffer.alloc(0);
  heartbeats = 0;
  bodyBytes = 0;
  /** Resolves when the socket is closed, from either side. */
  readonly closed: Promise<unknown>;

  static async to(port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    onTestFinished(() => void socket.destroy());
    return new RawConnection(socket);
  }

  /** With the handshake behind it, and channel 1 open. */
  static async open(port: number, heartbeatSeconds = 0): Promise<RawConnection> {
    const raw = await RawConnection.to(port);
    raw.send(protocolHeader);
    await raw.next('connection.start');
    raw.send(startOk());
    await raw.next('connection.tune');
    raw.send(tuneOk(heartbeatSeconds), openFrame('/'));
    await raw.next('connection.open-ok');
    raw.send(new MethodFrame(1, 'channel.open').shortString('').bytes());
    await raw.next('channel.open-ok');
    return raw;
  }

  constructor(socket: Socket) {
    this.#socket = socket;
    const reader = new FrameReader({
      onMethod: (channel, bytes, start, end) => {
        const copy = Buffer.from(bytes.subarray(start, end));
        const name = methodName(uint32At(copy, 0));
        this.#received.push({ name, channel, args: new Arguments(copy, 4, copy.length) });
        this.#whenReceived();
      },
      onHeader: () => {},
      onBody: (_channel, _bytes, start, end) => {
        this.bodyBytes += end - start;
      },
      onHeartbeat: () => {
        this.heartbeats++;
        this.#whenReceived();
      },
    });
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      if (this.bytes.length < 8) this.bytes = Buffer.concat([this.bytes, chunk]).subarray(0, 8);
      if (this.bytes.toString('latin1', 0, 4) === 'AMQP') return;
      const roomy = Buffer.concat([Buffer.alloc(headroomBytes), chunk]);
      reader.read(roomy, headroomBytes, roomy.length);
    });
    this.closed = once(socket, 'close');
  }

  send(...frames: readonly Buffer[]): void {
    this.#socket.write(Buffer.concat(frames));
  }

  /** The next method that came, which must have this name. */
  async next(name: string): Promise<Received> {
    while (this.#taken === this.#received.length) await this.#change();
    const received = this.#received[this.#taken++];
    if (received?.name !== name) throw new Error(`${received?.name} came instead of ${name}`);
    return received;
  }

  /** The names of the methods that come, up to and with the first of this name. */
  async namesUntil(name: string): Promise<string[]> {
    const names: string[] = [];
    while (names.at(-1) !== name) {
      while (this.#taken === this.#received.length) await this.#change();
      names.push(this.#received[this.#taken++]?.name ?? '');
    }
    return names;
  }

  async heartbeat(): Promise<void> {
    while (this.heartbeats === 0) await this.#change();
  }

  /** Says that nothing more will come. */
  end(): void {
    this.#socket.end();
  }

  /** Reads nothing more until `resume`. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenReceived = resolve;
    });
  }
}

export function startOk(): Buffer {
  return new MethodFrame(0, 'connection.start-ok')
    .table({})
    .shortString('PLAIN')
    .longString('\0guest\0guest')
    .shortString('en_US')
    .bytes();
}

export function tuneOk(heartbeatSeconds = 0): Buffer {
  const frame = new MethodFrame(0, 'connection.tune-ok').uint16(0).uint32(0);
  return frame.uint16(heartbeatSeconds).bytes();
}

export function openFrame(virtualHost: string): Buffer {
  const frame = new MethodFrame(0, 'connection.open').shortString(virtualHost);
  return frame.shortString('').bits(false).bytes();
}

export function declareFrame(queue: string): Buffer {
  const frame = new MethodFrame(1, 'queue.declare').uint16(0).shortString(queue);
  return frame.bits(false, true, false, false, false).table({}).bytes();
}

export function publishFrame(queue: string): Buffer {
  const frame = new MethodFrame(1, 'basic.publish').uint16(0).shortString('').shortString(queue);
  return frame.bits(false, false).bytes();
}
