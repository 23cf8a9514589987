import { orLate } from '../base/abort.js';
import type { Clock } from '../base/clock.js';
import { messageOf } from '../base/errors.js';
import { sleepUntil } from '../base/sleep.js';
import { formatMicros } from '../base/units.js';
import type { Observation, Source } from './source.js';

/** So many times the duration of an answer pass before the next question: asking is a twentieth at most. */
const restFactor = 19;
const answerLimitMillis = 2_000;

/** How often a source was asked, how often without success, and how long that took in all. */
export interface AskingCost {
  readonly questions: number;
  readonly unanswered: number;
  readonly askingMicros: number;
}

/**
 * Asks one source again and again, the more seldom the longer it takes to answer. What it tells is
 * given the moment in the middle between question and answer. A source that fails is asked again
 * later; it ends nothing.
 */
export class Watch<T> {
  readonly observations: Observation<T>[] = [];
  readonly #source: Source<T>;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  #asking: Promise<void> = Promise.resolve();
  #cost: AskingCost = { questions: 0, unanswered: 0, askingMicros: 0 };
  #failure: string | undefined;

  constructor(source: Source<T>, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  start(): void {
    this.#asking = this.#keepAsking();
  }

  /** Asks no more. */
  end(): void {
    this.#over.abort();
  }

  /** Hears the source's last word, if it has one and answered the last time. */
  async finish(): Promise<void> {
    this.end();
    await this.#asking;
    if (this.#source.hasLastWord && this.#failure === undefined) await this.#ask();
  }

  get cost(): AskingCost {
    return this.#cost;
  }

  /** Why it told nothing at all; `undefined` when it told something. */
  get whyAbsent(): string | undefined {
    if (this.observations.length > 0) return undefined;
    return `The ${this.#source.tells} were not watched: ${this.#failure ?? 'there was no time'}.`;
  }

  async #keepAsking(): Promise<void> {
    for (;;) {
      const beganMicros = this.#clock.nowMicros();
      await this.#ask();
      const endedMicros = this.#clock.nowMicros();
      const restMicros = restFactor * (endedMicros - beganMicros);
      const nextMicros = Math.max(
        beganMicros + this.#source.periodMicros,
        endedMicros + restMicros,
      );
      if (!(await this.#pauseUntil(nextMicros))) return;
    }
  }

  async #ask(): Promise<void> {
    const beganMicros = this.#clock.nowMicros();
    try {
      const told = await orLate(this.#source.ask(), answerLimitMillis, lateAnswer);
      const atMicros = (beganMicros + this.#clock.nowMicros()) / 2;
      this.observations.push({ atMicros, told });
      this.#failure = undefined;
    } catch (thrown) {
      this.#failure = messageOf(thrown);
    }
    const { questions, unanswered, askingMicros } = this.#cost;
    this.#cost = {
      questions: questions + 1,
      unanswered: unanswered + (this.#failure === undefined ? 0 : 1),
      askingMicros: askingMicros + this.#clock.nowMicros() - beganMicros,
    };
  }

  /** False as soon as it is to end. */
  async #pauseUntil(micros: number): Promise<boolean> {
    try {
      await sleepUntil(micros, this.#clock, this.#over.signal);
      return true;
    } catch {
      return false;
    }
  }
}

function lateAnswer(): Error {
  return new Error(`no answer within ${formatMicros(answerLimitMillis * 1000)}`);
}
