/** How long messages really waited, in whole µs. */
export interface DelaySummary {
  readonly count: number;
  readonly medianMicros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
}

/** What is later than this is counted as so late; only the maximum is kept as it is. */
const lateMaxMicros = 100_000;

/** Counts how long messages waited that were to wait for `askedMicros`, each by its whole µs. */
export class DelayRecord {
  readonly #askedMicros: number;
  /** By µs beyond what was asked. */
  readonly #counts = new Uint32Array(lateMaxMicros + 1);
  #count = 0;
  #maxMicros = 0;

  constructor(askedMicros: number) {
    this.#askedMicros = askedMicros;
  }

  /** Takes one message's time in µs, at least what was asked. */
  add(micros: number): void {
    const late = Math.min(lateMaxMicros, Math.floor(micros - this.#askedMicros));
    this.#counts[late] = (this.#counts[late] ?? 0) + 1;
    this.#count++;
    if (micros > this.#maxMicros) this.#maxMicros = Math.floor(micros);
  }

  /** All zeros when nothing was counted. */
  summarize(): DelaySummary {
    return {
      count: this.#count,
      medianMicros: this.#quantile(0.5),
      p99Micros: this.#quantile(0.99),
      maxMicros: this.#maxMicros,
    };
  }

  /** The shortest time that at least this share of the messages did not exceed. */
  #quantile(share: number): number {
    if (this.#count === 0) return 0;
    let left = Math.ceil(share * this.#count);
    let late = -1;
    while (left > 0) left -= this.#counts[++late] ?? 0;
    return this.#askedMicros + late;
  }
}
