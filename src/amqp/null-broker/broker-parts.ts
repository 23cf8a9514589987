import type { BufferPool } from './buffer-pool.js';
import type { Counters } from './counts.js';
import type { DeliveryDelay } from './delivery-delay.js';
import type { Flow } from './flow.js';
import type { Liar } from './lies/liar.js';
import type { MessageStore } from './message-store.js';
import type { NullBrokerMode, NullBrokerOptions } from './options.js';
import type { MessageView } from './stored-message.js';
import type { Turn } from './turn.js';
import type { VirtualHost } from './virtual-host.js';

/** What all connections of one broker share. */
export interface BrokerParts {
  readonly mode: NullBrokerMode;
  /** What is made up for consumers. */
  readonly source: Required<Pick<NullBrokerOptions, 'payloadBytes' | 'stampOriginUnixMicros'>>;
  readonly counters: Counters;
  readonly pool: BufferPool;
  readonly turn: Turn;
  readonly store: MessageStore;
  /** For whoever sends a message, during the sending. */
  readonly view: MessageView;
  readonly flow: Flow;
  readonly virtualHost: VirtualHost;
  /** For a client to take the news that its connection is closed. */
  readonly closeLimitMillis: number;
  /** What messages wait for before they are handed out, if anything. */
  readonly delay: DeliveryDelay | undefined;
  readonly liar: Liar | undefined;
}
