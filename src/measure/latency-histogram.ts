import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** One hour: nothing that rmqbench times may take longer. */
const highestMicros = 3600e6;

/** Quantile names as results write them, with the share of samples at or below. */
export const quantiles = { p50: 0.5, p90: 0.9, p99: 0.99, p999: 0.999, p9999: 0.9999 } as const;

export type QuantileName = keyof typeof quantiles;

/** A latency distribution as the result file keeps it; all values in µs. */
export interface LatencySummary extends Readonly<Record<QuantileName, number>> {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** HdrHistogram V2, deflated, base64: every quantile can be had from it, and it can be merged. */
  readonly histogram: string;
}

/**
 * Microseconds with three significant digits from 1 µs to an hour. Recording allocates nothing.
 * Only whole histograms are ever merged; quantiles are never averaged.
 */
export class LatencyHistogram {
  readonly #histogram: Histogram;

  private constructor(histogram: Histogram) {
    this.#histogram = histogram;
  }

  static empty(): LatencyHistogram {
    return new LatencyHistogram(
      build({
        bitBucketSize: 32,
        autoResize: false,
        lowestDiscernibleValue: 1,
        highestTrackableValue: highestMicros,
        numberOfSignificantValueDigits: 3,
      }),
    );
  }

  /** Restores what `encode` wrote. */
  static decode(base64: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(base64, 32, false));
  }

  /** Adds one sample, not negative, by its whole µs. What took longer than an hour counts as one. */
  record(micros: number): void {
    this.#histogram.recordValue(micros < highestMicros ? Math.floor(micros) : highestMicros);
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  merge(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  /** Deflates: never call it while a trial is measuring, the pause would stand in the tail. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#histogram);
  }

  /** `undefined` when nothing was recorded. */
  summarize(): LatencySummary | undefined {
    if (this.count === 0) return undefined;
    const at = (share: number) => this.#histogram.getValueAtPercentile(share * 100);
    return {
      count: this.count,
      min: at(0),
      p50: at(quantiles.p50),
      p90: at(quantiles.p90),
      p99: at(quantiles.p99),
      p999: at(quantiles.p999),
      p9999: at(quantiles.p9999),
      max: at(1),
      mean: this.#histogram.mean,
      histogram: this.encode(),
    };
  }
}
