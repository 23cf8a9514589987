import type { Clock } from '../base/clock.js';
import { LatencyHistogram } from '../measure/latency-histogram.js';
import { ConnectionBook } from './connection-book.js';
import { DeliveryBook } from './delivery-book.js';

/** What the consumers of one thread record together. */
export interface ConsumerTally {
  readonly counters: Float64Array;
  readonly connections: ConnectionBook;
  readonly book: DeliveryBook;
  /** Whether messages have an intended moment. */
  readonly scheduled: boolean;
  consumedInWindow: number;
  consumedBytesInWindow: number;
  negativeLatencies: number;
  foreign: number;
  /** Queues of consumers that could not end in order. */
  readonly unfinishedQueues: Set<string>;
  readonly service: LatencyHistogram;
  readonly endToEnd: LatencyHistogram;
}

/** Nothing recorded yet; `counters` is the thread's row. */
export function emptyConsumerTally(
  counters: Float64Array,
  clock: Clock,
  scheduled: boolean,
): ConsumerTally {
  return {
    counters,
    connections: new ConnectionBook(clock, counters),
    book: new DeliveryBook(),
    scheduled,
    consumedInWindow: 0,
    consumedBytesInWindow: 0,
    negativeLatencies: 0,
    foreign: 0,
    unfinishedQueues: new Set(),
    service: LatencyHistogram.empty(),
    endToEnd: LatencyHistogram.empty(),
  };
}
