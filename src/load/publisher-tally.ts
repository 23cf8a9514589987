import type { Clock } from '../base/clock.js';
import { LatencyHistogram } from '../measure/latency-histogram.js';
import { ConnectionBook } from './connection-book.js';
import { lagParts } from './protocol.js';
import type { PublisherFigures } from './publisher-meter.js';

/** What the publishers of one thread record together. */
export interface PublisherTally extends PublisherFigures {
  readonly connections: ConnectionBook;
}

/** Nothing recorded yet; `counters` is the thread's row. */
export function emptyPublisherTally(counters: Float64Array, clock: Clock): PublisherTally {
  return {
    counters,
    connections: new ConnectionBook(clock, counters),
    publishedInWindow: 0,
    confirmedInWindow: 0,
    offeredInWindow: 0,
    unsent: 0,
    lagMessages: new Float64Array(lagParts),
    lagSumMicros: new Float64Array(lagParts),
    confirmService: LatencyHistogram.empty(),
    confirm: LatencyHistogram.empty(),
    publishLag: LatencyHistogram.empty(),
  };
}
