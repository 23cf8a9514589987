import { MethodFrame } from '../../protocol/method-frame.js';
import type { Peer } from '../peer.js';
import { Refusal } from '../refusal.js';
import { DeliveryLies } from './delivery-lies.js';
import type { Draws } from './draws.js';
import type { Fate } from './fate.js';
import type { Liar } from './liar.js';
import type { EndOfConnection, StampedMessage } from './log.js';
import { PublishingLies } from './publishing-lies.js';

const blockedMillisMax = 20;

/** A connection, as far as it can be ended. */
export interface Endable {
  /** Everything written before reaches the client, unless by a reset. */
  forceEnd(how: EndOfConnection): void;
  /** Tells whether the channel was open. */
  forceChannelEnd(channel: number, refusal: Refusal): boolean;
}

/** What a client says of itself as it connects. */
interface ClientWords {
  readonly connectionName: string;
  readonly takesBlocked: boolean;
}

/** The lies to one client, and what concerns its connection as a whole. */
export class PeerLies {
  readonly liar: Liar;
  readonly #peer: Peer;
  readonly #connection: Endable;
  #takesBlocked = false;
  #isBlocked = false;
  #ending: Draws | undefined;
  /** The name that the client gave its connection. */
  name = '';
  /** `ending`: by a lie. After that, and after any other end, `over`: nothing can be written. */
  state: 'open' | 'ending' | 'over' = 'open';
  /** Confirms that are still due when a channel ends are not written. */
  swallowsConfirms = false;

  constructor(liar: Liar, peer: Peer, connection: Endable) {
    this.liar = liar;
    this.#peer = peer;
    this.#connection = connection;
  }

  onTuned({ connectionName, takesBlocked }: ClientWords): void {
    this.name = connectionName;
    this.#takesBlocked = takesBlocked;
  }

  /** Of one channel; `giveBack` writes basic.return for a stored message. */
  forPublishing(channel: number, giveBack: (reference: number) => void): PublishingLies {
    return new PublishingLies(this, this.#peer, { channel, giveBack });
  }

  forDeliveries(channel: number): DeliveryLies {
    return new DeliveryLies(this, this.#peer, channel);
  }

  /** What the fate of a message does to the connection that it was taken from. */
  afterTaking(message: StampedMessage, fate: Fate, channel: number): void {
    if (fate.has('block')) this.#block(message);
    if (fate.has('closeConnection')) this.#endConnection(message);
    else if (fate.has('closeChannel')) this.#endChannel(message, channel);
  }

  /**
   * What comes over a connection when a message has been delivered for the first time: only then, so
   * that messages which are delivered again and again do not end every connection before its first
   * acknowledgement.
   */
  afterFirstDelivery(message: StampedMessage, channel: number): void {
    const { lies } = this.liar;
    const draws = this.liar.drawsFor('delivery', message);
    if (draws.happens(lies.closeConnection)) this.#endConnection(message);
    else if (draws.happens(lies.closeChannel)) this.#endChannel(message, channel);
  }

  onPurged(queue: string, messages: number): void {
    this.liar.log.push({ kind: 'purged', queue, messages });
  }

  /** The client has left without a word. */
  onGone(): void {
    this.swallowsConfirms = true;
  }

  /** All channels are at their end. */
  onEnded(): void {
    this.state = 'over';
  }

  /** How many messages count as sent to one consumer whose connection is being ended. */
  drawLoseSent(): number {
    return this.#ending?.below(this.liar.lies.loseSent + 1) ?? 0;
  }

  #endConnection(cause: StampedMessage): void {
    if (this.state !== 'open') return;
    const draws = this.liar.drawsFor('ending', cause);
    const kinds: readonly EndOfConnection[] = ['told', 'silent'];
    const how = draws.oneOf(this.liar.lies.reset ? [...kinds, 'reset' as const] : kinds);
    this.state = 'ending';
    this.#ending = draws;
    this.swallowsConfirms = how === 'reset' || draws.happens(0.5);
    this.liar.log.push({ kind: 'connection ended', connection: this.name, how });
    this.#connection.forceEnd(how);
  }

  #endChannel(cause: StampedMessage, channel: number): void {
    if (this.state !== 'open') return;
    this.swallowsConfirms = this.liar.drawsFor('ending', cause).happens(0.5);
    const refusal = new Refusal(541, 'a lie: nothing is wrong with this channel');
    const wasOpen = this.#connection.forceChannelEnd(channel, refusal);
    this.swallowsConfirms = false;
    if (!wasOpen) return;
    this.liar.log.push({ kind: 'channel ended', connection: this.name, channel });
  }

  /** The broker reads on meanwhile: what the client sends before it hears of it has to be taken. */
  #block(cause: StampedMessage): void {
    if (!this.#takesBlocked || this.#isBlocked || this.state !== 'open') return;
    this.#isBlocked = true;
    const blocked = new MethodFrame(0, 'connection.blocked').shortString('a lie: low on nothing');
    this.#peer.output.append(blocked.bytes());
    this.liar.log.push({ kind: 'blocked', connection: this.name });
    const millis = 1 + this.liar.drawsFor('block', cause).below(blockedMillisMax);
    setTimeout(() => this.#unblock(), millis).unref();
  }

  #unblock(): void {
    if (this.state !== 'open') return;
    this.#isBlocked = false;
    this.#peer.output.append(new MethodFrame(0, 'connection.unblocked').bytes());
    this.liar.log.push({ kind: 'unblocked', connection: this.name });
    this.#peer.broker.turn.schedule();
  }
}
