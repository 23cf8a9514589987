/**
 * What a broker in `loop` mode does wrong, and how often. Shares are of messages, 0 … 1; which ones
 * they are is drawn from the seed, message by message, whatever the order in which they come. Every
 * body must begin with a stamp, and every message goes to one queue at most.
 */
export interface Lies {
  readonly seed: number;
  /** Accepted, and never queued. */
  readonly drop: number;
  /** Refused by basic.nack, and not queued; taken as any other where nothing is confirmed. */
  readonly nack: number;
  /** Refused by basic.nack, and queued all the same. */
  readonly nackAndKeep: number;
  /** Queued twice; the second copy comes next, or some milliseconds later. */
  readonly duplicate: number;
  /** Delivered once more, with the redelivered flag. */
  readonly repeatFlagged: number;
  /** Changes places with its successor in the queue, if one comes within some milliseconds. */
  readonly swap: number;
  /** When a consumer has done with it, it comes again: with an x-death header, not redelivered. */
  readonly deadLetter: number;
  /** Of mandatory messages that a queue is bound to: given back, and confirmed, and not queued. */
  readonly returnRoutable: number;
  /** After it was taken, and again after it was first delivered: that connection ends. */
  readonly closeConnection: number;
  /** The same with the channel. */
  readonly closeChannel: number;
  /**
   * Some connections end by a reset, which takes with it what was under way. What of that reached the
   * client nobody knows, so that the truth is not exact; without it, it is.
   */
  readonly reset: boolean;
  /** What is unacknowledged when its channel ends is forgotten, not queued again. */
  readonly loseUnacknowledged: boolean;
  /** What comes back to its queue is not marked as redelivered. */
  readonly requeueUnflagged: boolean;
  /**
   * When a connection is ended, up to so many messages more count as sent to each of its consumers
   * without acknowledgements, although nothing is written.
   */
  readonly loseSent: number;
  /** After it was taken: its publisher hears connection.blocked, and soon connection.unblocked. */
  readonly block: number;
}
