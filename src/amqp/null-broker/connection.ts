import type { Socket } from 'node:net';
import { uint32At, uint64At } from '../../base/big-endian.js';
import { Arguments } from '../protocol/arguments.js';
import { protocolHeader } from '../protocol/frame-layout.js';
import { type FrameHandler, FrameReader } from '../protocol/frame-reader.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { methods } from '../protocol/methods.js';
import { ProtocolError } from '../protocol/protocol-error.js';
import type { BrokerParts } from './broker-parts.js';
import type { Channel } from './channel.js';
import { Channels } from './channels.js';
import { closeFrame } from './close-frame.js';
import type { Pausable } from './flow.js';
import { type Agreement, Handshake } from './handshake.js';
import { type Every, Heartbeat } from './heartbeat.js';
import type { EndOfConnection } from './lies/log.js';
import { type Endable, PeerLies } from './lies/peer-lies.js';
import { Output } from './output.js';
import { Peer } from './peer.js';
import { ProtocolHeader } from './protocol-header.js';
import { Refusal, refusalFor } from './refusal.js';
import { type BytesHandler, shareReadBuffer } from './shared-read-socket.js';

/** Answers that a client does not read may pile up to this; then the client is not read either. */
const backlogBytesMax = 1024 * 1024;

const handshakeLimitMillis = 10_000;

/** One client's connection, from the accepted socket to its end. Nothing that comes in can throw. */
export class Connection implements FrameHandler, Pausable, Endable {
  readonly #broker: BrokerParts;
  readonly #every: Every;
  readonly #socket: Socket;
  readonly #output: Output;
  readonly #peer: Peer;
  readonly #channels: Channels;
  readonly #handshake: Handshake;
  readonly #reader: FrameReader;
  readonly #header = new ProtocolHeader();
  /** Resolves when the socket is closed and nothing is left of the connection. */
  readonly ended: Promise<void>;
  #heartbeat: Heartbeat | undefined;
  #limit: NodeJS.Timeout;
  /** `closing`: the client was told so, and is to confirm it. `deaf`: what comes is not read. */
  #state: 'open' | 'closing' | 'deaf' = 'open';
  #isPausedForFlow = false;
  #isPausedForBacklog = false;

  constructor(accepted: Socket, broker: BrokerParts, every: Every) {
    this.#broker = broker;
    this.#every = every;
    this.#socket = shareReadBuffer(accepted, this.#onBytes);
    this.#socket.setNoDelay(true);
    this.#output = new Output(this.#socket, broker, () => this.#onWritable());
    this.#peer = new Peer(broker, this.#output);
    if (broker.liar) this.#peer.lies = new PeerLies(broker.liar, this.#peer, this);
    this.#channels = new Channels(this.#peer);
    this.#reader = new FrameReader(this);
    this.#handshake = new Handshake(
      (frame) => this.#output.append(frame),
      (agreement) => this.#onTuned(agreement),
    );
    this.#limit = this.#destroyAfter(handshakeLimitMillis);
    // 'close' follows every error, and says all there is to know.
    this.#socket.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#socket.on('close', () => {
        this.#release();
        resolve();
      });
    });
  }

  /** Tells the client, and ends the connection when the client agrees or does not answer. */
  close(refusal: Refusal): void {
    this.#refuse(refusal, 0, 0);
    this.#broker.turn.schedule();
  }

  forceEnd(how: EndOfConnection): void {
    if (how === 'told') {
      this.close(new Refusal(320, 'a lie: nothing is wrong with this connection'));
      return;
    }
    this.#peer.confirm();
    this.#channels.endAll();
    this.#broker.turn.schedule();
    if (how === 'reset') this.#socket.resetAndDestroy();
    else this.#hangUp();
  }

  forceChannelEnd(channel: number, refusal: Refusal): boolean {
    if (!this.#channels.has(channel)) return false;
    this.#channels.refuse(channel, refusal, 0);
    this.#broker.turn.schedule();
    return true;
  }

  onMethod(number: number, bytes: Buffer, start: number, end: number): void {
    const method = end - start < 4 ? 0 : uint32At(bytes, start);
    try {
      if (method === methods['basic.publish']) {
        this.#open(number)?.publishing.onPublish(bytes, start, end);
      } else if (method === methods['basic.ack'] && end - start === 13) {
        const multiple = ((bytes[end - 1] ?? 0) & 1) === 1;
        this.#open(number)?.deliveries.settle(uint64At(bytes, start + 4), multiple, 'acknowledged');
      } else {
        const args = new Arguments(bytes, start + 4, end);
        if (number === 0) this.#onConnectionMethod(method, args);
        else this.#onChannelMethod(number, method, args);
      }
    } catch (thrown) {
      this.#refuse(thrown, number, method);
    }
  }

  onHeader(number: number, bytes: Buffer, start: number, end: number): void {
    try {
      this.#open(number)?.publishing.onHeader(bytes, start, end);
    } catch (thrown) {
      this.#refuse(thrown, number, methods['basic.publish']);
    }
  }

  onBody(number: number, bytes: Buffer, start: number, end: number): void {
    try {
      this.#open(number)?.publishing.onBody(bytes, start, end);
    } catch (thrown) {
      this.#refuse(thrown, number, methods['basic.publish']);
    }
  }

  onHeartbeat(): void {}

  pauseForFlow(): void {
    this.#isPausedForFlow = true;
    this.#pauseOrResume();
  }

  resumeFromFlow(): void {
    this.#isPausedForFlow = false;
    this.#pauseOrResume();
  }

  readonly #onBytes: BytesHandler = (bytes, start, end) => {
    this.#broker.counters.bytesIn += end - start;
    this.#heartbeat?.onHeard();
    if (this.#state === 'deaf') return;
    try {
      const at = this.#header.isComplete ? start : this.#readHeader(bytes, start, end);
      if (at < end) this.#reader.read(bytes, at, end);
    } catch (thrown) {
      const error = thrown instanceof ProtocolError ? new Refusal(501, thrown.message) : thrown;
      this.#refuse(error, 0, 0);
      // The reader is of no more use, so that the client's answer would not be understood.
      this.#hangUp();
    }
    this.#peer.confirm();
    this.#broker.turn.end();
    this.#applyBackPressure();
  };

  /** Returns where frames begin. */
  #readHeader(bytes: Buffer, start: number, end: number): number {
    const at = this.#header.read(bytes, start, end);
    if (this.#header.isWrong) {
      this.#output.append(protocolHeader);
      this.#hangUp();
      return end;
    }
    if (this.#header.isComplete) this.#handshake.begin();
    return at;
  }

  /** The channel, or none when frames for it are to be ignored. */
  #open(number: number): Channel | undefined {
    const { latest } = this.#channels;
    if (latest?.number === number) return latest;
    if (this.#state !== 'open') return undefined;
    if (!this.#handshake.isDone) throw new Refusal(503, 'a channel before the connection is open');
    return this.#channels.find(number);
  }

  #onTuned(agreement: Agreement): void {
    const { frameMaxBytes, channelMax, heartbeatSeconds, takesCancel } = agreement;
    this.#peer.lies?.onTuned(agreement);
    this.#reader.frameMaxBytes = frameMaxBytes;
    this.#peer.frameMaxBytes = frameMaxBytes;
    this.#peer.takesCancel = takesCancel;
    this.#channels.max = channelMax;
    if (heartbeatSeconds === 0) return;
    const onSilence = () => this.#socket.destroy();
    this.#heartbeat = new Heartbeat(this.#output, heartbeatSeconds, this.#every, onSilence);
  }

  #onConnectionMethod(method: number, args: Arguments): void {
    if (method === methods['connection.close-ok'] && this.#state === 'closing') this.#hangUp();
    else if (method === methods['connection.close']) this.#onClose();
    else if (this.#state !== 'open') return;
    else if (!this.#handshake.isDone) this.#openFurther(method, args);
    else throw new Refusal(503, 'a connection method that is not due');
  }

  #openFurther(method: number, args: Arguments): void {
    this.#handshake.onMethod(method, args);
    if (this.#handshake.isDone) clearTimeout(this.#limit);
  }

  #onClose(): void {
    this.#channels.endAll();
    this.#output.append(new MethodFrame(0, 'connection.close-ok').bytes());
    this.#hangUp();
  }

  #onChannelMethod(number: number, method: number, args: Arguments): void {
    if (this.#state !== 'open') return;
    if (!this.#handshake.isDone) throw new Refusal(503, 'a channel before the connection is open');
    this.#channels.onMethod(number, method, args);
  }

  /** Closes the channel or the connection, whichever the error is one of. */
  #refuse(thrown: unknown, number: number, method: number): void {
    if (this.#state !== 'open') return;
    const refusal = refusalFor(thrown);
    if (refusal.isOfChannel && this.#channels.has(number)) {
      this.#channels.refuse(number, refusal, method);
      return;
    }
    this.#state = 'closing';
    this.#readOn();
    this.#peer.confirm();
    this.#channels.endAll();
    this.#output.append(closeFrame(0, refusal, method));
    clearTimeout(this.#limit);
    this.#limit = this.#destroyAfter(this.#broker.closeLimitMillis);
  }

  /** Sends what there is to send, and leaves the rest to the client. */
  #hangUp(): void {
    this.#state = 'deaf';
    this.#readOn();
    this.#heartbeat?.stop();
    this.#output.end();
    clearTimeout(this.#limit);
    this.#limit = this.#destroyAfter(this.#broker.closeLimitMillis);
  }

  #destroyAfter(millis: number): NodeJS.Timeout {
    return setTimeout(() => this.#socket.destroy(), millis).unref();
  }

  /** Whatever the client still sends is read: else it might never come to read what it is sent. */
  #readOn(): void {
    this.#broker.flow.forget(this);
    this.#isPausedForFlow = false;
    this.#isPausedForBacklog = false;
    this.#pauseOrResume();
  }

  #applyBackPressure(): void {
    if (this.#state !== 'open') return;
    if (this.#peer.hasPublished) {
      this.#peer.hasPublished = false;
      this.#broker.flow.afterPublishing(this);
    }
    if (this.#output.backlogBytes < backlogBytesMax) return;
    this.#isPausedForBacklog = this.#output.isFull;
    this.#pauseOrResume();
  }

  #onWritable(): void {
    this.#channels.onWritable();
    if (!this.#isPausedForBacklog) return;
    this.#isPausedForBacklog = false;
    this.#pauseOrResume();
  }

  #pauseOrResume(): void {
    const isReading = !this.#isPausedForFlow && !this.#isPausedForBacklog;
    if (this.#heartbeat) this.#heartbeat.isReading = isReading;
    if (isReading) this.#socket.resume();
    else this.#socket.pause();
  }

  #release(): void {
    clearTimeout(this.#limit);
    if (this.#state === 'open') this.#peer.lies?.onGone();
    this.#state = 'deaf';
    this.#heartbeat?.stop();
    this.#channels.endAll();
    this.#broker.virtualHost.deleteQueuesOf(this.#peer);
    this.#broker.flow.forget(this);
    this.#broker.turn.schedule();
  }
}
