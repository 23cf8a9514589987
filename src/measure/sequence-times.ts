/** As it crosses a thread boundary: sequences and the moments, µs, that they were sent at. */
export interface PlainSequenceTimes {
  readonly sequences: readonly number[];
  readonly moments: readonly number[];
  readonly lastMicros: number;
}

/** Moments kept of one publisher: when there are so many, every other one goes. */
const momentsMax = 512;
/** How far apart they are at first. */
const firstStepMicros = 50_000;

/**
 * About when a publisher sent which sequence, in memory that does not grow: a moment now and then,
 * the rarer the longer it goes on.
 */
export class SequenceTimes {
  #sequences: number[] = [];
  #moments: number[] = [];
  #stepMicros = firstStepMicros;
  #nextMicros = -Infinity;
  #lastMicros = 0;

  static fromPlain({ sequences, moments, lastMicros }: PlainSequenceTimes): SequenceTimes {
    const times = new SequenceTimes();
    times.#sequences = [...sequences];
    times.#moments = [...moments];
    times.#lastMicros = lastMicros;
    return times;
  }

  toPlain(): PlainSequenceTimes {
    return {
      sequences: this.#sequences,
      moments: this.#moments,
      lastMicros: this.#lastMicros,
    };
  }

  /** Tells that `sequence` is sent now, after all smaller ones; mostly this is one comparison. */
  note(sequence: number, nowMicros: number): void {
    this.#lastMicros = nowMicros;
    if (nowMicros >= this.#nextMicros) this.#keep(sequence, nowMicros);
  }

  /** Between which moments, µs, the messages `first` … `last` were sent, as far as it was noted. */
  between(first: number, last: number): { readonly fromMicros: number; readonly toMicros: number } {
    const after = this.#sequences.findIndex((one) => one > first);
    const before = after === -1 ? this.#sequences.length - 1 : Math.max(0, after - 1);
    const end = this.#sequences.findIndex((one) => one > last);
    return {
      fromMicros: this.#moments[before] ?? this.#lastMicros,
      toMicros: this.#moments[end] ?? this.#lastMicros,
    };
  }

  #keep(sequence: number, nowMicros: number): void {
    if (this.#sequences.length === momentsMax) {
      this.#sequences = this.#sequences.filter((_, i) => i % 2 === 0);
      this.#moments = this.#moments.filter((_, i) => i % 2 === 0);
      this.#stepMicros *= 2;
    }
    this.#sequences.push(sequence);
    this.#moments.push(nowMicros);
    this.#nextMicros = nowMicros + this.#stepMicros;
  }
}
