import type { Lies } from './lies/lies.js';

/**
 * What the broker does with messages: `sink` takes and forgets them, `source` makes them up for every
 * consumer, `loop` hands what is published on to consumers.
 */
export type NullBrokerMode = 'sink' | 'source' | 'loop';

/** Plain data, so that it may be sent to another process. */
export interface NullBrokerOptions {
  readonly mode: NullBrokerMode;
  /** Where to listen on 127.0.0.1; 0, the default, takes a free port. */
  readonly port?: number;
  /** `source`: the size of every body, its 12-byte stamp included; 12 by default, and at least that. */
  readonly payloadBytes?: number;
  /** `source`: the moment that stamps count from, µs of Unix time; by default the broker's start. */
  readonly stampOriginUnixMicros?: number;
  /** `loop`: messages held beyond this stop the reading from publishers; 64 MiB by default. */
  readonly memoryLimitBytes?: number;
  /**
   * `loop`: every message waits so long before its queue hands it out; none by default. While one
   * waits the broker asks the clock in every turn of the event loop, and takes a whole core for that.
   */
  readonly deliveryDelayMicros?: number;
  /** `loop`: what goes wrong, on purpose. */
  readonly lies?: Lies;
}
