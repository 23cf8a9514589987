import { BrokerError } from '../base/errors.js';
import { backOffMillis } from './back-off.js';
import type { ConnectionBook } from './connection-book.js';

/** Who holds on to a connection. */
export interface LifelineOwner<T> {
  readonly id: number;
  /**
   * Connects, ready for use; `onClosed` is to hear of an end that nobody asked for, `attempt` counts from
   * 0 how often this was asked.
   */
  open(onClosed: (error: BrokerError) => void, attempt: number): Promise<T>;
  /** Ends a connection that came too late. */
  discard(line: T): void;
  /** A connection is there, the first or another. */
  onUp(line: T): void;
  /** The connection is gone; tells how many messages are in doubt for it. */
  onDown(): number;
}

/** A connection that was opened, and perhaps closed before its opening was told. */
interface Opened<T> {
  line: T | undefined;
  closed: BrokerError | undefined;
}

/**
 * Holds on to a connection: when it is lost, another one is opened, after a wait that grows and
 * differs from that of all others, again and again until there is one or nobody needs it any more.
 */
export class Lifeline<T> {
  readonly #owner: LifelineOwner<T>;
  readonly #book: ConnectionBook;
  readonly #random: () => number;
  #current: Opened<T> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Since there was a connection. */
  #attempts = 0;
  /** Since the beginning. */
  #allAttempts = 0;
  #isOver = false;

  constructor(owner: LifelineOwner<T>, book: ConnectionBook, random: () => number) {
    this.#owner = owner;
    this.#book = book;
    this.#random = random;
  }

  /** The connection, while there is one. */
  get line(): T | undefined {
    return this.#current?.line;
  }

  /** Connects for the first time; rejects as the owner's `open` does. */
  async connect(): Promise<void> {
    await this.#open();
  }

  /** Holds the connection for lost, though it may still be there; the owner has seen to its end. */
  drop(error: BrokerError): void {
    if (this.#current) this.#onClosed(this.#current, error);
  }

  /** From now on what is lost stays lost; the connection itself is the owner's to close. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#book.onGivenUp(this.#owner.id);
  }

  async #open(): Promise<void> {
    const opened: Opened<T> = { line: undefined, closed: undefined };
    const line = await this.#owner.open(
      (error) => this.#onClosed(opened, error),
      this.#allAttempts++,
    );
    if (opened.closed) throw opened.closed;
    if (this.#isOver) {
      this.#owner.discard(line);
      return;
    }
    opened.line = line;
    this.#current = opened;
    this.#attempts = 0;
    this.#book.onRestored(this.#owner.id);
    this.#owner.onUp(line);
  }

  #onClosed(opened: Opened<T>, error: BrokerError): void {
    opened.closed = error;
    if (this.#current !== opened) return;
    this.#current = undefined;
    const inDoubt = this.#owner.onDown();
    this.#book.onLost(this.#owner.id, error.message, inDoubt);
    if (this.#isOver) this.#book.onGivenUp(this.#owner.id);
    else this.#tryLater();
  }

  #tryLater(): void {
    const waitMillis = backOffMillis(this.#attempts++, this.#random);
    this.#timer = setTimeout(() => void this.#tryAgain(), waitMillis);
  }

  async #tryAgain(): Promise<void> {
    this.#book.onAttempt(this.#owner.id);
    try {
      await this.#open();
    } catch (thrown) {
      if (!(thrown instanceof BrokerError)) throw thrown;
      // Whatever it was may be over the next time: a node that boots refuses in many ways.
      if (!this.#isOver) this.#tryLater();
    }
  }
}
