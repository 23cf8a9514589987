import type { SequenceRange } from './runs.js';
import type { SequenceBag } from './sequence-bag.js';
import type { SequenceSet } from './sequence-set.js';
import type { SequenceTimes } from './sequence-times.js';

/** What one publisher knows of its own messages when its trial is over. */
export interface PublisherAccount {
  readonly publisher: number;
  /** Sequences 0 … published − 1 were written to the socket. */
  readonly published: number;
  readonly confirmed: SequenceSet;
  readonly nacked: number;
  readonly returned: SequenceSet;
  /** Once for each time that a message in doubt was sent again. */
  readonly republished: SequenceBag;
  /** Published with confirms, and to the end neither confirmed nor nacked. */
  readonly inDoubt: number;
  readonly sentAt: SequenceTimes;
}

/** What one consuming thread received of one publisher's messages. */
export interface DeliveryAccount {
  readonly publisher: number;
  readonly delivered: number;
  /** Deliveries that made a return trip: with the redelivered flag, or dead-lettered on the way. */
  readonly redelivered: number;
  /** Once for each delivery that made none. */
  readonly plain: SequenceBag;
  /** Messages that came back. */
  readonly again: SequenceSet;
  /** Messages that came for the first time, but to their consumer after a later one. */
  readonly outOfOrder: SequenceSet;
  /**
   * What the broker may have sent to consumers that acknowledge nothing while their connections were
   * being lost: from the last message before to the first one after.
   */
  readonly gaps: readonly SequenceRange[];
}

/** What the plan knows, and the queues at the end. */
export interface LedgerContext {
  /** Whether the broker was to say of each message what became of it. */
  readonly confirms: boolean;
  /** Publishers whose messages no queue is bound to and none comes back. */
  readonly unroutable: ReadonlySet<number>;
  readonly leftInQueues: number;
  readonly uncountedQueues: number;
  /** Deliveries too short to be of this trial. */
  readonly foreign: number;
  /** The start instant, µs of the clock that publishers noted their moments by. */
  readonly startMicros: number;
}

/** The balance of a trial, over sets of (publisher, sequence) and not over differences of counts. */
export interface Ledger {
  /** Messages written to a socket, each counted once. */
  readonly published: number;
  readonly confirmed: number;
  readonly nacked: number;
  /** Messages that the broker gave back, for no queue was bound to their key. */
  readonly returned: number;
  /** Messages confirmed that went to no queue, as was to be expected. */
  readonly unroutable: number;
  /** Messages of which the broker never spoke: their connection was lost, or the wait for it ended. */
  readonly inDoubt: number;
  /** How often a message in doubt was sent again: so many more deliveries are to be expected. */
  readonly republished: number;
  readonly delivered: number;
  /** Distinct messages among the delivered. */
  readonly unique: number;
  /** Deliveries with the redelivered flag, or that were dead-lettered: return trips, no duplicates. */
  readonly redelivered: number;
  /** Deliveries beyond the first, and beyond what was republished, that made no return trip. */
  readonly duplicated: number;
  /** Messages that came to their consumer after a later one of the same publisher. */
  readonly reordered: number;
  /** Messages that came and that this trial did not publish. */
  readonly foreign: number;
  /** Messages that never came, and that a consumer without acks may have lost with its connection. */
  readonly lostOnAutoAck: number;
  /** Messages that the drain could not fetch in time; with any, `lost` is an upper bound. */
  readonly leftInQueues: number;
  /** Queues that could not be asked what they still held; with any, `lost` is an upper bound. */
  readonly uncountedQueues: number;
  readonly lost: number;
  /** Which promise was held against the deliveries: the broker's confirms, or our own writing. */
  readonly lostBasis: 'confirmed' | 'published';
  readonly lostMessages: readonly MessagesOfPublisher[];
  readonly lostOnAutoAckMessages: readonly MessagesOfPublisher[];
  readonly duplicatedMessages: readonly MessagesOfPublisher[];
  readonly reorderedMessages: readonly MessagesOfPublisher[];
}

/** Which messages of one publisher something happened to. */
export interface MessagesOfPublisher {
  readonly publisher: number;
  readonly ranges: readonly SentRange[];
}

/** Consecutive sequences, and between which seconds from the start instant they were sent. */
export interface SentRange extends SequenceRange {
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Identities kept in a result for each kind of trouble: so many ranges in all. */
export const rangesMax = 100;
