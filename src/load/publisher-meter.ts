import { columnOf } from '../measure/counters.js';
import type { LatencyHistogram } from '../measure/latency-histogram.js';
import { lagParts, type TrialInstants } from './protocol.js';

/** What the publishers of one thread measure together. */
export interface PublisherFigures {
  readonly counters: Float64Array;
  publishedInWindow: number;
  confirmedInWindow: number;
  offeredInWindow: number;
  unsent: number;
  /** How many messages left in each part of the window, and how late, µs in all. */
  readonly lagMessages: Float64Array;
  readonly lagSumMicros: Float64Array;
  readonly confirmService: LatencyHistogram;
  readonly confirm: LatencyHistogram;
  readonly publishLag: LatencyHistogram;
}

/** Measures what one publisher does; all moments are µs of the shared clock. */
export class PublisherMeter {
  readonly #figures: PublisherFigures;
  /** Whether messages have an intended moment. */
  readonly #isScheduled: boolean;
  readonly #instants: TrialInstants;

  constructor(figures: PublisherFigures, isScheduled: boolean, instants: TrialInstants) {
    this.#figures = figures;
    this.#isScheduled = isScheduled;
    this.#instants = instants;
  }

  /** So many messages left for the first time. */
  onPublished(count: number, nowMicros: number): void {
    const { counters } = this.#figures;
    counters[columnOf.published] = (counters[columnOf.published] ?? 0) + count;
    if (nowMicros >= this.#instants.startMicros) this.#figures.publishedInWindow += count;
  }

  /** A message that was due at one moment left at another. */
  onDue(intendedMicros: number, nowMicros: number): void {
    if (!this.#isScheduled) return;
    const figures = this.#figures;
    const { startMicros, stopMicros } = this.#instants;
    if (intendedMicros >= startMicros) figures.offeredInWindow++;
    if (nowMicros < startMicros) return;
    const lagMicros = nowMicros - intendedMicros;
    figures.publishLag.record(lagMicros);
    const part = Math.floor((lagParts * (nowMicros - startMicros)) / (stopMicros - startMicros));
    figures.lagMessages[part] = (figures.lagMessages[part] ?? 0) + 1;
    figures.lagSumMicros[part] = (figures.lagSumMicros[part] ?? 0) + lagMicros;
  }

  /** So many messages were due, before the measured window and in it, and never left. */
  onUnsent(beforeWindow: number, inWindow: number): void {
    this.#figures.unsent += beforeWindow + inWindow;
    this.#figures.offeredInWindow += inWindow;
  }

  onConfirmed(nowMicros: number, sentMicros: number, intendedMicros: number): void {
    const figures = this.#figures;
    const { counters } = figures;
    const { startMicros, stopMicros } = this.#instants;
    counters[columnOf.confirmed] = (counters[columnOf.confirmed] ?? 0) + 1;
    if (nowMicros >= startMicros && nowMicros < stopMicros) figures.confirmedInWindow++;
    if (sentMicros < startMicros) return;
    figures.confirmService.record(nowMicros - sentMicros);
    if (this.#isScheduled) figures.confirm.record(nowMicros - intendedMicros);
  }
}
