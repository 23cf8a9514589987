import type { MessageQueue, QueueConsumer } from './message-queue.js';
import type { Holder } from './unacknowledged.js';

/** What a client asked for with basic.consume. */
export interface SubscriptionRequest {
  readonly tag: string;
  readonly queue: MessageQueue;
  /** Deliveries count as acknowledged once they are sent. */
  readonly noAck: boolean;
  /** Deliveries that may be unacknowledged; 0 is no limit. */
  readonly prefetch: number;
  /** Called when the broker ends the subscription. */
  readonly onCancelled: () => void;
}

/** A consumer of one channel, whatever feeds it. */
export interface Subscription extends QueueConsumer, Holder {
  readonly request: SubscriptionRequest;
  /** The socket takes more. */
  onWritable(): void;
  /** Nothing is to be delivered any more. */
  end(): void;
}
