import { systemClock } from '../base/clock.js';
import { readCounters } from '../measure/counters.js';
import type { Sample } from '../measure/series.js';

/** How often the counters are read. */
export const sampleMicros = 100_000;

/** Rates over the last moments, for a live display. */
export interface LiveRates {
  readonly publishedPerSecond: number;
  readonly consumedPerSecond: number;
}

/** Reads the workers' shared counters on a timer, from `start` to `stop`. */
export class Sampler {
  readonly samples: Sample[] = [];
  readonly #counters: SharedArrayBuffer;
  readonly #onRates: (rates: LiveRates) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(counters: SharedArrayBuffer, onRates: (rates: LiveRates) => void) {
    this.#counters = counters;
    this.#onRates = onRates;
  }

  start(): void {
    this.#take();
    this.#timer = setInterval(() => {
      this.#take();
      this.#tellRates();
    }, sampleMicros / 1000);
  }

  /** Takes a last sample. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#timer) this.#take();
    this.#timer = undefined;
  }

  #take(): void {
    this.samples.push({
      atMicros: systemClock.nowMicros(),
      totals: readCounters(this.#counters),
    });
  }

  /** Over the last second: shorter spans flicker. */
  #tellRates(): void {
    const last = this.samples.at(-1);
    const before = this.samples.at(-11) ?? this.samples[0];
    if (!last || !before || last === before) return;
    const seconds = (last.atMicros - before.atMicros) / 1e6;
    this.#onRates({
      publishedPerSecond: (last.totals.published - before.totals.published) / seconds,
      consumedPerSecond: (last.totals.consumed - before.totals.consumed) / seconds,
    });
  }
}
