import { type Random, seededRandom } from '../base/random.js';
import type { PublisherSchedule } from '../plan/load-plan.js';
import { messagesBefore, messagesIn, momentIn, type RatePiece } from '../plan/rate-curve.js';

/** So many random distances are drawn to count messages; of further ones their expected number counts. */
const countedDraws = 1_000_000;

/** A draw of 31 bits is as fine as an exponential distance needs to be. */
const draws = 2 ** 31;

/**
 * When each message of one publisher is due. It knows of nothing but the plan: what happens to the
 * messages does not move it. Moments are µs from the begin instant, and never go back.
 */
export class Schedule {
  readonly #pieces: readonly RatePiece[];
  readonly #random: Random | undefined;
  readonly #phase: number;
  /** Messages that went before, and how far the schedule has come, in messages; see `advance`. */
  #passed = 0;
  #due: number;
  #piece = 0;
  /** Messages due in all pieces before the present one. */
  #dueBefore = 0;
  #nextMicros = 0;

  constructor({ curve, arrivals, phase, seed }: PublisherSchedule) {
    this.#pieces = curve;
    this.#random = arrivals === 'poisson' ? seededRandom(seed) : undefined;
    this.#phase = phase;
    this.#due = this.#random ? exponential(this.#random) : phase;
    this.#find();
  }

  /** When the next message is due; `Infinity` when none will ever be. */
  get nextMicros(): number {
    return this.#nextMicros;
  }

  /**
   * Goes on to the message after the next one. Evenly is one message further in the integral of the
   * rate; at random an exponentially distributed distance, which makes a Poisson process of that rate.
   */
  advance(): void {
    this.#passed++;
    this.#due = this.#random ? this.#due + exponential(this.#random) : this.#passed + this.#phase;
    this.#find();
  }

  /**
   * Passes over all messages that are due before a moment, and returns how many those were: of Poisson
   * arrivals, beyond a million, their expected number.
   */
  passBefore(micros: number): number {
    const before = this.#passed;
    const due = messagesBefore(this.#pieces, micros);
    // The last ones are told by their moments, which rounding may put on either side.
    if (!this.#random) this.#passOver(Math.floor(due - this.#phase) - 2 - this.#passed);
    for (let drawn = 0; this.#nextMicros < micros && drawn < countedDraws; drawn++) this.advance();
    if (this.#nextMicros < micros) this.#passOver(Math.ceil(due - this.#due));
    return this.#passed - before;
  }

  #passOver(count: number): void {
    if (count <= 0) return;
    this.#passed += count;
    this.#due += count;
    this.#find();
  }

  #find(): void {
    let piece = this.#pieces[this.#piece];
    while (piece !== undefined) {
      const within = this.#due - this.#dueBefore;
      const messages = messagesIn(piece);
      if (within < messages) {
        this.#nextMicros = momentIn(piece, within);
        return;
      }
      this.#dueBefore += messages;
      this.#piece++;
      piece = this.#pieces[this.#piece];
    }
    this.#nextMicros = Number.POSITIVE_INFINITY;
  }
}

function exponential(random: Random): number {
  return -Math.log((random.below(draws) + 1) / draws);
}
