import type { Arguments } from '../protocol/arguments.js';
import { MethodFrame } from '../protocol/method-frame.js';
import { methods } from '../protocol/methods.js';
import { Channel } from './channel.js';
import { channelHandlers } from './channel-methods.js';
import { closeFrame } from './close-frame.js';
import type { Peer } from './peer.js';
import { Refusal } from './refusal.js';

/** The channels of one connection, by number. */
export class Channels {
  readonly #peer: Peer;
  readonly #open = new Map<number, Channel>();
  /** Closed by the broker; what comes for them is ignored until the client has confirmed it. */
  readonly #closing = new Set<number>();
  /** The one found last, if it is still open: frames mostly come for the same channel again. */
  latest: Channel | undefined;
  /** As agreed when the peers tuned. */
  max = 0;

  constructor(peer: Peer) {
    this.#peer = peer;
  }

  /** None when frames for it are to be ignored; refuses a channel that was not opened. */
  find(number: number): Channel | undefined {
    const channel = this.#open.get(number);
    if (channel) this.latest = channel;
    else if (!this.#closing.has(number)) throw new Refusal(504, "expected 'channel.open'");
    return channel;
  }

  has(number: number): boolean {
    return this.#open.has(number);
  }

  open(number: number): void {
    if (this.#closing.has(number)) return;
    if (this.#open.has(number)) throw new Refusal(504, "second 'channel.open' seen");
    if (number > this.max) {
      throw new Refusal(
        530,
        `channel ${number} is beyond the negotiated channel_max (${this.max})`,
      );
    }
    this.#open.set(number, new Channel(number, this.#peer));
    this.#peer.output.append(new MethodFrame(number, 'channel.open-ok').longString('').bytes());
  }

  /** The client closes it. */
  close(number: number): void {
    this.find(number);
    this.#end(number);
    this.#peer.output.append(new MethodFrame(number, 'channel.close-ok').bytes());
  }

  /** What a client asks for; it is ignored for a channel that the broker has closed. */
  onMethod(number: number, method: number, args: Arguments): void {
    if (method === methods['channel.open']) this.open(number);
    else if (method === methods['channel.close']) this.close(number);
    else if (method === methods['channel.close-ok']) this.#closing.delete(number);
    else this.#handle(method, this.find(number), args);
  }

  /** The broker closes it, because of what the client did with `method`. */
  refuse(number: number, refusal: Refusal, method: number): void {
    this.#end(number);
    this.#closing.add(number);
    this.#peer.output.append(closeFrame(number, refusal, method));
  }

  onWritable(): void {
    for (const channel of this.#open.values()) channel.deliveries.onWritable();
  }

  endAll(): void {
    for (const number of [...this.#open.keys()]) this.#end(number);
    this.#peer.lies?.onEnded();
  }

  #handle(method: number, channel: Channel | undefined, args: Arguments): void {
    if (channel === undefined) return;
    if (channel.publishing.isWithinMessage) {
      throw new Refusal(505, 'a method where the content of a message is due');
    }
    const handler = channelHandlers.get(method);
    if (!handler) throw new Refusal(503, `unknown method ${method >>> 16}.${method & 0xffff}`);
    handler(channel, args);
  }

  #end(number: number): void {
    const channel = this.#open.get(number);
    this.#open.delete(number);
    this.latest = undefined;
    channel?.end();
  }
}
