/** Consecutive whole numbers, both ends included. */
export interface SequenceRange {
  readonly first: number;
  readonly last: number;
}

/** A set of whole numbers that mostly follow on each other, kept as its runs. */
export class Runs {
  /** Ascending; no two of them touch. */
  readonly #runs: { first: number; last: number }[] = [];

  /** Adds the numbers from `first` to `last`, of which none is here yet. */
  addRun(first: number, last: number): void {
    const at = this.#firstEndingFrom(first - 1);
    const before = this.#runs[at];
    const isJoined = before?.last === first - 1;
    if (before && isJoined) before.last = last;
    const after = this.#runs[isJoined ? at + 1 : at];
    if (after?.first === last + 1) {
      after.first = before && isJoined ? before.first : first;
      if (isJoined) this.#runs.splice(at, 1);
    } else if (!isJoined) {
      this.#runs.splice(at, 0, { first, last });
    }
  }

  has(number: number): boolean {
    const run = this.#runs[this.#firstEndingFrom(number)];
    return run !== undefined && run.first <= number;
  }

  toRanges(): SequenceRange[] {
    return this.#runs.map((run) => ({ ...run }));
  }

  /** The index of the first run that ends at `number` or later. */
  #firstEndingFrom(number: number): number {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.last ?? 0) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
