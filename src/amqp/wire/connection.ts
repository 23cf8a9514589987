import type { Socket } from 'node:net';
import { orLate } from '../../base/abort.js';
import { uint32At } from '../../base/big-endian.js';
import { type BrokerUrl, readBrokerUrl } from '../../base/broker-url.js';
import { messageOf } from '../../base/errors.js';
import { connectError } from '../connect-error.js';
import { type ConnectionOptions, connectLimitMillis, goodbyeLimitMillis } from '../load-client.js';
import { Arguments } from '../protocol/arguments.js';
import { heartbeatFrame } from '../protocol/frame-layout.js';
import { type FrameHandler, FrameReader } from '../protocol/frame-reader.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { methods } from '../protocol/methods.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import { Channel, type ChannelConnection } from './channel.js';
import { readClosing } from './closing.js';
import { shakeHands, type Tuning } from './handshake.js';
import { type Beating, heartbeats } from './heartbeats.js';
import { Outgoing } from './outgoing.js';
import { Replies } from './replies.js';
import { openSocket } from './socket.js';

/** The longest that the broker may take, after the end, to take what it was sent. */
const lingerLimitMillis = 1_000;

/**
 * One AMQP 0-9-1 connection to a broker, and the channels on it. Whoever uses it hears of its end,
 * whatever the cause, through its channels. Memory is bounded: what comes is handled at once, and
 * when the broker does not take what we answer, we read no more.
 */
export class Connection implements FrameHandler, Beating, ChannelConnection {
  readonly #url: string;
  readonly #socket: Socket;
  readonly #outgoing: Outgoing;
  readonly #reader = new FrameReader(this);
  readonly #replies = new Replies();
  readonly #channels = new Map<number, Channel>();
  /** The channel that the last frame was for: mostly there is just one. */
  #lastChannel: Channel | undefined;
  #tuning: Tuning = { frameMaxBytes: 0, channelMax: 0, heartbeatSeconds: 0 };
  #state: 'open' | 'closing' | 'over' = 'open';
  #hasReceived = false;
  #isPaused = false;
  #nextChannel = 1;
  /** What the socket said before it closed. */
  #socketError: string | undefined;
  #endedBecause = '';
  readonly #ended: Promise<void>;

  /** Connects, and speaks with the broker up to its last word of welcome; throws a BrokerError. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const url = readBrokerUrl(options.url);
    const connection = new Connection(url, options);
    try {
      const welcome = connection.#shakeHands(url, options);
      await orLate(welcome, connectLimitMillis, () => new Error('ETIMEDOUT'));
      return connection;
    } catch (thrown) {
      connection.end(messageOf(thrown));
      throw connectError(options.url, thrown);
    }
  }

  private constructor(url: BrokerUrl, options: ConnectionOptions) {
    this.#url = options.url;
    this.#socket = openSocket(url, options.tls, (bytes, start, end) =>
      this.#read(bytes, start, end),
    );
    this.#outgoing = new Outgoing(this.#socket);
    this.#socket.on('error', (error) => {
      this.#socketError ??= error.message || (error as NodeJS.ErrnoException).code;
    });
    this.#socket.on('drain', () => this.#drained());
    const onEnd = () =>
      this.end(this.#socketError ?? 'the broker closed the connection without a word');
    // A broker that ends its side, but does not take what waits here, keeps 'close' from coming.
    this.#socket.once('end', onEnd);
    this.#ended = new Promise((resolve) => {
      this.#socket.once('close', () => {
        onEnd();
        resolve();
      });
    });
  }

  get frameMaxBytes(): number {
    return this.#tuning.frameMaxBytes;
  }

  get heartbeatSeconds(): number {
    return this.#tuning.heartbeatSeconds;
  }

  /** The address, for messages; holds credentials. */
  get url(): string {
    return this.#url;
  }

  /** Opens another channel; rejects when the broker refuses, or has allowed no more of them. */
  async openChannel(): Promise<Channel> {
    // The broker may have welcomed us and ended the connection in one breath.
    if (this.#state === 'over') throw new Error(this.#endedBecause);
    const number = this.#nextChannel++;
    const { channelMax } = this.#tuning;
    if (channelMax !== 0 && number > channelMax) {
      throw new ProtocolError(`no more than ${channelMax} channels on a connection are allowed`);
    }
    const channel = new Channel(number, this);
    this.#channels.set(number, channel);
    await channel.open();
    return channel;
  }

  /** Gives whole frames to the socket; false when they had better wait now. */
  write(frames: Buffer, onWritten?: () => void): boolean {
    return this.#outgoing.write(frames, onWritten);
  }

  /** The same for frames that answer what was read; when too many of them wait, no more is read. */
  answer(frames: Buffer, onWritten?: () => void): boolean {
    return this.#outgoing.answer(frames, onWritten);
  }

  /** Says goodbye; resolves when the connection is closed, by the broker or, at the limit, by us. */
  async close(): Promise<void> {
    if (this.#state === 'open') {
      this.#state = 'closing';
      this.write(
        new MethodFrame(0, 'connection.close').uint16(200).shortString('').uint32(0).bytes(),
      );
      const closeOk = this.#replies.next('connection.close-ok', () => {}).catch(() => {});
      await orLate(closeOk, goodbyeLimitMillis, () => new Error()).catch(() => {});
      this.end('closed');
    }
    await this.#ended;
  }

  // FrameHandler

  onMethod(number: number, bytes: Buffer, start: number, end: number): void {
    if (end - start < 4) throw new ProtocolError('a method frame without a method');
    const method = uint32At(bytes, start);
    if (number !== 0) this.#channel(number)?.onMethod(method, bytes, start + 4, end);
    else if (this.#state !== 'over') this.#onConnectionMethod(method, bytes, start + 4, end);
  }

  onHeader(number: number, bytes: Buffer, start: number, end: number): void {
    if (number === 0) throw new ProtocolError('a content header for the connection itself');
    this.#channel(number)?.onHeader(bytes, start, end);
  }

  onBody(number: number, bytes: Buffer, start: number, end: number): void {
    if (number === 0) throw new ProtocolError('a body for the connection itself');
    this.#channel(number)?.onBody(bytes, start, end);
  }

  onHeartbeat(): void {}

  // Beating

  hasSent(): boolean {
    return this.#outgoing.hasSent();
  }

  hasReceived(): boolean {
    // Who does not listen cannot tell silence.
    const has = this.#hasReceived || this.#isPaused;
    this.#hasReceived = false;
    return has;
  }

  beat(): void {
    // What waits for the socket says the same when the broker takes it.
    if (!this.#socket.writableNeedDrain) this.write(heartbeatFrame);
  }

  onSilence(): void {
    this.end(`nothing was heard of it for ${2 * this.heartbeatSeconds} s, not even a heartbeat`);
  }

  async #shakeHands(url: BrokerUrl, options: ConnectionOptions): Promise<void> {
    const connected = new Promise((resolve) => {
      this.#socket.once(url.isTls ? 'secureConnect' : 'connect', resolve);
    });
    // Whatever ends the connection from here on fails what is awaited of the broker.
    const welcome = connected.then(() =>
      shakeHands(url, options, {
        replies: this.#replies,
        write: (frames) => this.write(frames),
        onTuned: (tuning) => this.#tuned(tuning),
      }),
    );
    const lost = this.#ended.then(() => {
      throw new Error(this.#socketError ?? 'the connection was closed');
    });
    await Promise.race([welcome, lost]);
  }

  #tuned(tuning: Tuning): void {
    this.#tuning = tuning;
    this.#reader.frameMaxBytes = tuning.frameMaxBytes;
    if (tuning.heartbeatSeconds > 0) heartbeats.watch(this);
  }

  #read(bytes: Buffer, start: number, end: number): boolean {
    this.#hasReceived = true;
    for (const channel of this.#channels.values()) channel.onArrival();
    try {
      this.#reader.read(bytes, start, end);
    } catch (thrown) {
      if (!(thrown instanceof ProtocolError)) throw thrown;
      this.end(`it sent what is not AMQP 0-9-1, or not in its place: ${thrown.message}`);
      return false;
    }
    for (const channel of this.#channels.values()) channel.onArrivalEnd();
    this.#isPaused = this.#outgoing.isBackedUp;
    return !this.#isPaused;
  }

  #drained(): void {
    this.#isPaused = false;
    this.#socket.resume();
    for (const channel of this.#channels.values()) channel.events.onWritable?.();
  }

  /** `undefined` for a channel that is closed: what was under way to it is dropped. */
  #channel(number: number): Channel | undefined {
    if (this.#lastChannel?.number === number) return this.#lastChannel;
    const channel = this.#channels.get(number);
    if (number >= this.#nextChannel) {
      throw new ProtocolError(`a frame for channel ${number}, which was never opened`);
    }
    this.#lastChannel = channel;
    return channel;
  }

  #onConnectionMethod(method: number, bytes: Buffer, start: number, end: number): void {
    switch (method) {
      case methods['connection.close']: {
        const reason = readClosing(new Arguments(bytes, start, end));
        this.answer(new MethodFrame(0, 'connection.close-ok').bytes());
        this.end(reason);
        return;
      }
      case methods['connection.blocked']: {
        const reason = new Arguments(bytes, start, end).shortString();
        for (const channel of this.#channels.values()) channel.events.onBlocked?.(reason);
        return;
      }
      case methods['connection.unblocked']:
        for (const channel of this.#channels.values()) channel.events.onUnblocked?.();
        return;
      default:
        this.#replies.answer(method, bytes, start, end);
    }
  }

  /** Forgets a channel that is closed. */
  forget(channel: Channel): void {
    this.#channels.delete(channel.number);
    this.#lastChannel = undefined;
  }

  /** Ends the connection without a word, for this reason; only the first one counts. */
  end(reason: string): void {
    if (this.#state === 'over') return;
    this.#state = 'over';
    this.#outgoing.end();
    this.#endedBecause = reason;
    heartbeats.forget(this);
    // What was written is still sent; a peer that does not take it is not waited for.
    const linger = setTimeout(() => this.#socket.destroy(), lingerLimitMillis);
    this.#socket.once('close', () => clearTimeout(linger));
    this.#socket.destroySoon();
    this.#replies.fail(new Error(reason));
    const channels = [...this.#channels.values()];
    this.#channels.clear();
    this.#lastChannel = undefined;
    for (const channel of channels) channel.onConnectionEnd(reason);
  }
}
