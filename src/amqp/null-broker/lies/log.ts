import type { Misfortune } from './fate.js';

/** A message as its stamp names it. */
export interface StampedMessage {
  readonly publisher: number;
  readonly sequence: number;
}

/** How a delivery came about: from the queue for the first time, or by a return trip. */
export type Trip = 'none' | 'redelivered' | 'dead-lettered';

export type EndOfConnection = 'told' | 'silent' | 'reset';

/**
 * What the broker took and what it wrote, in its order. Connections are known by the name that the
 * client gave them, so that a consumer is the same after it has connected again.
 */
export type LogEntry =
  /** Taken from its publisher, in transactions at their commit. */
  | (StampedMessage & {
      readonly kind: 'received';
      readonly connection: string;
      readonly fate: readonly Misfortune[];
    })
  /** The answer to one sending of the message was written. */
  | (StampedMessage & { readonly kind: 'confirmed' | 'nacked' | 'returned' })
  /** The answer that was due when the connection or the channel ended, and was not written. */
  | (StampedMessage & { readonly kind: 'unanswered' })
  | (StampedMessage & {
      readonly kind: 'delivered';
      readonly consumer: string;
      readonly trip: Trip;
    })
  /** Counted as sent to a consumer without acknowledgements, and not written. */
  | (StampedMessage & { readonly kind: 'marked sent'; readonly consumer: string })
  /** Not queued, although accepted; or not queued again, although not acknowledged. */
  | (StampedMessage & { readonly kind: 'dropped' | 'forgotten' })
  /** Back in its queue, by whatever cause. */
  | (StampedMessage & { readonly kind: 'requeued' })
  | { readonly kind: 'purged'; readonly queue: string; readonly messages: number }
  | { readonly kind: 'blocked' | 'unblocked'; readonly connection: string }
  | { readonly kind: 'channel ended'; readonly connection: string; readonly channel: number }
  | {
      readonly kind: 'connection ended';
      readonly connection: string;
      readonly how: EndOfConnection;
    };
