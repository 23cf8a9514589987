import { formatBytes, formatCount, formatWait } from '../base/units.js';
import type { CeilingFigures } from '../result/generator-ceiling.js';
import type { CeilingAsked } from '../run/ceiling-settings.js';
import type { LiveRates } from '../run/sampler.js';

/** One ceiling's turn in one round, counted from 1. */
export interface CeilingTurn {
  readonly round: number;
  readonly asked: CeilingAsked;
}

/** Before any measurement ended: what starting and connecting take beside the measuring. */
const guessedOverheadSeconds = 0.5;

/** Counts a calibration's measurements, which all take equally long, and tells the time left. */
export class CalibrationProgress {
  readonly #total: number;
  readonly #now: () => number;
  readonly #startedMillis: number;
  #done = 0;
  #doneMillis = 0;

  /** `now` in milliseconds. */
  constructor(total: number, now: () => number) {
    this.#total = total;
    this.#now = now;
    this.#startedMillis = now();
  }

  /** The live line: where the calibration is, what flows, and when it will be over. */
  live(turn: CeilingTurn, rates?: LiveRates): string {
    const left = formatWait(this.#secondsLeft(turn));
    const place = `[${this.#done + 1}/${this.#total}] ${nameOf(turn)}`;
    return `${place} · ${rates === undefined ? 'connecting' : flowText(rates)} · ${left} left`;
  }

  /** The line that stays when a measurement is over. */
  finish(turn: CeilingTurn, { messagesPerSecond }: CeilingFigures): string {
    this.#done++;
    this.#doneMillis = this.#now() - this.#startedMillis;
    const rate = `${formatCount(messagesPerSecond)} msg/s`;
    return `[${this.#done}/${this.#total}] ${nameOf(turn)}: ${rate}`;
  }

  #secondsLeft({ asked }: CeilingTurn): number {
    const guessed = (asked.warmupMicros + asked.durationMicros) / 1e6 + guessedOverheadSeconds;
    const each = this.#done === 0 ? guessed : this.#doneMillis / 1000 / this.#done;
    return this.#total * each - (this.#now() - this.#startedMillis) / 1000;
  }
}

function nameOf({ round, asked: { mode, payloadBytes } }: CeilingTurn): string {
  return `round ${round} · ${mode} ${formatBytes(payloadBytes)}`;
}

/** A side that does nothing is not spoken of. */
function flowText({ publishedPerSecond, consumedPerSecond }: LiveRates): string {
  const sides = [
    ...(publishedPerSecond > 0 ? [`${formatCount(publishedPerSecond)} in`] : []),
    ...(consumedPerSecond > 0 ? [`${formatCount(consumedPerSecond)} out`] : []),
  ];
  return sides.length === 0 ? 'waiting' : `${sides.join(', ')} msg/s`;
}
