import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
} from 'hdr-histogram-js';

/** One hour: nothing that rmqbench times may take longer. */
const highestMicros = 3600e6;

/** Counts as doubles: exact far beyond 2^32 samples of one value. */
const bitsPerCount = 64;

/**
 * HdrHistogram's layout for three significant digits: values below 2,048 µs have a bucket each; above,
 * each doubling of the value shares 1,024 of them. What takes less than 2^31 µs is counted here.
 */
const halfBuckets = 1024;
const quickMicros = 2 ** 31;
const quickBuckets = (31 - 10 + 1) * halfBuckets;

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
 * Microseconds with three significant digits from 1 µs to an hour. Recording allocates nothing, and
 * finds its bucket by shifts: the library's way, by divisions, costs as much as all else that is done
 * for a message. Only whole histograms are ever merged; quantiles are never averaged.
 */
export class LatencyHistogram {
  /** Without what was counted since it was last asked for. */
  readonly #histogram: Histogram;
  readonly #counts = new Float64Array(quickBuckets);
  #counted = 0;
  /** The largest of what was counted; the library keeps the largest value as it is. */
  #largestMicros = 0;

  private constructor(histogram: Histogram) {
    this.#histogram = histogram;
  }

  static empty(): LatencyHistogram {
    return new LatencyHistogram(
      build({
        bitBucketSize: bitsPerCount,
        autoResize: false,
        lowestDiscernibleValue: 1,
        highestTrackableValue: highestMicros,
        numberOfSignificantValueDigits: 3,
      }),
    );
  }

  /** Restores what `encode` wrote. */
  static decode(base64: string): LatencyHistogram {
    return new LatencyHistogram(decodeFromCompressedBase64(base64, bitsPerCount, false));
  }

  /** Adds one sample, not negative, by its whole µs. What took longer than an hour counts as one. */
  record(micros: number): void {
    if (micros < quickMicros) {
      const whole = micros | 0;
      const index = bucketOf(whole);
      if (whole > this.#largestMicros) this.#largestMicros = whole;
      this.#counts[index] = (this.#counts[index] ?? 0) + 1;
      this.#counted++;
    } else {
      this.#histogram.recordValue(micros < highestMicros ? Math.floor(micros) : highestMicros);
    }
  }

  get count(): number {
    return this.#histogram.totalCount + this.#counted;
  }

  merge(other: LatencyHistogram): void {
    this.#whole().add(other.#whole());
  }

  /** Deflates: never call it while a trial is measuring, the pause would stand in the tail. */
  encode(): string {
    return encodeIntoCompressedBase64(this.#whole());
  }

  /** `undefined` when nothing was recorded. */
  summarize(): LatencySummary | undefined {
    if (this.count === 0) return undefined;
    const whole = this.#whole();
    const at = (share: number) => whole.getValueAtPercentile(share * 100);
    return {
      count: this.count,
      min: at(0),
      p50: at(quantiles.p50),
      p90: at(quantiles.p90),
      p99: at(quantiles.p99),
      p999: at(quantiles.p999),
      p9999: at(quantiles.p9999),
      max: at(1),
      mean: whole.mean,
      histogram: this.encode(),
    };
  }

  /** The library's histogram with everything in it. */
  #whole(): Histogram {
    if (this.#counted === 0) return this.#histogram;
    const largestBucket = bucketOf(this.#largestMicros);
    for (let bucket = 0; bucket <= largestBucket; bucket++) {
      const count = this.#counts[bucket] ?? 0;
      const micros = bucket === largestBucket ? this.#largestMicros : smallestIn(bucket);
      if (count > 0) this.#histogram.recordValueWithCount(micros, count);
    }
    this.#counts.fill(0);
    this.#counted = 0;
    this.#largestMicros = 0;
    return this.#histogram;
  }
}

/** The bucket of a whole number of microseconds below 2^31. */
function bucketOf(micros: number): number {
  // A value of n bits is held with its upper 11 bits, of which the first is always set.
  const shift = micros < 2 * halfBuckets ? 0 : 21 - Math.clz32(micros);
  return shift * halfBuckets + (micros >>> shift);
}

/** The smallest value that belongs in a bucket. */
function smallestIn(bucket: number): number {
  if (bucket < 2 * halfBuckets) return bucket;
  const shift = Math.floor(bucket / halfBuckets) - 1;
  return (bucket - shift * halfBuckets) * 2 ** shift;
}
