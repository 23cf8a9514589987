import type { Confirming, Peer } from '../peer.js';
import type { Route } from '../publish-route.js';
import type { Unrouted } from '../transaction.js';
import type { Draws } from './draws.js';
import { type Manner, queueUp } from './enqueue.js';
import type { Fate } from './fate.js';
import type { StampedMessage } from './log.js';
import { OwedConfirms } from './owed-confirms.js';
import type { PeerLies } from './peer-lies.js';
import { verdictOn } from './verdict.js';

/** Of confirms, and of second copies. */
const lateMillisMax = 5;

/** A message that has been taken, and what is to be said of it where messages are confirmed. */
interface Taken {
  readonly message: StampedMessage;
  readonly fate: Fate;
  readonly isAccepted: boolean;
}

interface PublishingChannel {
  readonly channel: number;
  readonly giveBack: (reference: number) => void;
}

/** How a lying broker takes what one channel publishes, and what it says of it. */
export class PublishingLies implements Confirming {
  readonly #client: PeerLies;
  readonly #peer: Peer;
  readonly #own: PublishingChannel;
  readonly #owed: OwedConfirms;
  readonly #draws: Draws;
  #hasEnded = false;

  constructor(client: PeerLies, peer: Peer, own: PublishingChannel) {
    this.#client = client;
    this.#peer = peer;
    this.#own = own;
    this.#owed = new OwedConfirms(peer, own.channel, client.liar.log);
    this.#draws = client.liar.drawsForConfirms();
  }

  /** Takes a stored message. It may be the channel's last: there is nothing to be done after it. */
  take(route: Route, reference: number, isConfirming: boolean): void {
    this.#client.liar.drawFate(reference);
    const { message, fate, isAccepted } = this.#dispose(route, reference, isConfirming);
    if (isConfirming) {
      if (this.#owed.isEmpty) this.#peer.confirmLater(this);
      this.#owed.add(message, isAccepted);
    }
    this.#client.afterTaking(message, fate, this.#own.channel);
  }

  /** A message waits for its commit. An end of its channel may come before, and undoes it. */
  onUncommitted(reference: number): void {
    const { liar } = this.#client;
    const fate = liar.drawFate(reference);
    const message = liar.messageAt(reference);
    if (!liar.drawsFor('commit', message).happens(0.5)) return;
    this.#client.afterTaking(message, fate, this.#own.channel);
  }

  /** Takes a whole transaction. If the channel ends by it, the client may hear of it or not. */
  commit(messages: readonly Unrouted[], answer: () => void): void {
    const taken = messages.map(({ route, reference }) => this.#dispose(route, reference, false));
    const isTheEnd = taken.some(
      ({ fate }) => fate.has('closeConnection') || fate.has('closeChannel'),
    );
    const isAnswered = !isTheEnd || this.#draws.happens(0.5);
    if (isAnswered) answer();
    const kind = isAnswered ? 'confirmed' : 'unanswered';
    for (const { message } of taken) this.#client.liar.log.push({ kind, ...message });
    for (const { message, fate } of taken) {
      this.#client.afterTaking(message, fate, this.#own.channel);
    }
  }

  /** Speaks of some messages now, and of the others soon. */
  confirm(): void {
    if (this.#hasEnded || this.#client.state !== 'open') return;
    this.#owed.writeSome(this.#draws);
    if (!this.#owed.isEmpty) this.#confirmLate();
  }

  /** The channel is at its end: speaks of all messages that are left, or of none. */
  end(): void {
    this.#hasEnded = true;
    if (this.#client.swallowsConfirms) this.#owed.swallow();
    else this.#owed.writeAll();
  }

  #confirmLate(): void {
    const speak = () => {
      this.confirm();
      this.#peer.broker.turn.schedule();
    };
    setTimeout(speak, this.#draws.below(lateMillisMax)).unref();
  }

  #dispose(route: Route, reference: number, isConfirming: boolean): Taken {
    const { liar, name } = this.#client;
    const { store } = this.#peer.broker;
    const message = liar.messageAt(reference);
    const fate = liar.fateOf(reference);
    liar.log.push({ kind: 'received', ...message, connection: name, fate: [...fate] });
    const { isGivenBack, isQueued, isAccepted } = verdictOn(route, fate, isConfirming);
    if (isGivenBack) this.#giveBack(reference, message);
    else if (!isQueued) liar.log.push({ kind: 'dropped', ...message });
    if (isQueued) queueUp(store, reference, route.queues, this.#mannerFor(message, fate));
    else store.free(reference);
    return { message, fate, isAccepted };
  }

  #giveBack(reference: number, message: StampedMessage): void {
    this.#own.giveBack(reference);
    this.#client.liar.log.push({ kind: 'returned', ...message });
  }

  #mannerFor(message: StampedMessage, fate: Fate): Manner {
    const draws = this.#client.liar.drawsFor('duplicate', message);
    return {
      isSwapped: fate.has('swap'),
      copyAfterMillis: fate.has('duplicate') ? draws.below(lateMillisMax) : undefined,
    };
  }
}
