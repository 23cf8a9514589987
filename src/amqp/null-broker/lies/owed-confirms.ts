import { shuffled } from '../../../base/random.js';
import { MethodFrame } from '../../protocol/method-frame.js';
import type { Peer } from '../peer.js';
import type { Draws } from './draws.js';
import type { LogEntry, StampedMessage } from './log.js';

/** A message of which the broker has not spoken yet. */
interface Owed {
  readonly message: StampedMessage;
  readonly tag: number;
  readonly isAccepted: boolean;
}

/**
 * The confirms that a broker owes to one channel. It may write them as it likes: many at once, out of
 * order, or later. That is no lie.
 */
export class OwedConfirms {
  readonly #peer: Peer;
  readonly #channel: number;
  readonly #log: LogEntry[];
  #owed: Owed[] = [];
  #lastTag = 0;

  constructor(peer: Peer, channel: number, log: LogEntry[]) {
    this.#peer = peer;
    this.#channel = channel;
    this.#log = log;
  }

  get isEmpty(): boolean {
    return this.#owed.length === 0;
  }

  /** The next message of the channel. */
  add(message: StampedMessage, isAccepted: boolean): void {
    this.#owed.push({ message, isAccepted, tag: ++this.#lastTag });
  }

  /** Writes all of them, some of them one by one and in any order, or none. */
  writeSome(draws: Draws): void {
    const style = draws.oneOf(['in order', 'in order', 'singly', 'later'] as const);
    if (style === 'in order') this.writeAll();
    else if (style === 'singly') this.#writeSingly(draws);
  }

  /** In the order of their tags; as many at once as may be. */
  writeAll(): void {
    const owed = this.#owed;
    this.#owed = [];
    owed.forEach((one, i) => {
      const next = owed[i + 1];
      if (next?.isAccepted !== one.isAccepted) this.#write(one, true);
      this.#note(one);
    });
  }

  /** Forgets all of them. */
  swallow(): void {
    for (const { message } of this.#owed) this.#log.push({ kind: 'unanswered', ...message });
    this.#owed = [];
  }

  #writeSingly(draws: Draws): void {
    const chosen = shuffled(this.#owed, draws).slice(0, 1 + draws.below(this.#owed.length));
    for (const one of chosen) {
      this.#write(one, false);
      this.#note(one);
    }
    const written = new Set(chosen);
    this.#owed = this.#owed.filter((one) => !written.has(one));
  }

  #note({ message, isAccepted }: Owed): void {
    this.#log.push({ kind: isAccepted ? 'confirmed' : 'nacked', ...message });
    if (isAccepted) this.#peer.broker.counters.confirmed++;
  }

  /** With `multiple`, for all before it that the broker has not spoken of either. */
  #write({ tag, isAccepted }: Owed, multiple: boolean): void {
    const method = isAccepted ? 'basic.ack' : 'basic.nack';
    const frame = new MethodFrame(this.#channel, method).uint64(tag).bits(multiple, false);
    this.#peer.output.append(frame.bytes());
  }
}
