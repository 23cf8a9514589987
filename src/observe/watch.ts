import { orAborted, orLate } from '../base/abort.js';
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
  /** Aborts the question that was asked last, if there is no answer yet. */
  #question = new AbortController();
  #asking: Promise<void> = Promise.resolve();
  #hasFirstWord = false;
  #cost: AskingCost = { questions: 0, unanswered: 0, askingMicros: 0 };
  #failure: string | undefined;

  constructor(source: Source<T>, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** Resolves when the first question has been answered, or has failed. */
  async start(): Promise<void> {
    const first = this.#ask();
    this.#asking = first.then((nextMicros) => this.#askAgain(nextMicros));
    await first;
    this.#hasFirstWord = this.observations.length > 0;
  }

  /** Asks no more, and waits for no answer. */
  end(): void {
    this.#over.abort();
    this.#question.abort();
  }

  /** Hears the source's last word, if it has one. */
  async finish(): Promise<void> {
    this.end();
    await this.#asking;
    if (this.#source.hasLastWord) await this.#ask();
  }

  /** Whether its first question and its last were answered. */
  get toldFromFirstToLast(): boolean {
    return this.#hasFirstWord && this.#failure === undefined;
  }

  get cost(): AskingCost {
    return this.#cost;
  }

  /** Why it told nothing at all; `undefined` when it told something. */
  get whyAbsent(): string | undefined {
    if (this.observations.length > 0) return undefined;
    return `The ${this.#source.tells} were not watched: ${this.#failure ?? 'there was no time'}.`;
  }

  async #askAgain(firstMicros: number): Promise<void> {
    let nextMicros = firstMicros;
    while (await this.#pauseUntil(nextMicros)) nextMicros = await this.#ask();
  }

  /** Asks once; resolves to when to ask next. */
  async #ask(): Promise<number> {
    const beganMicros = this.#clock.nowMicros();
    const isAnswered = await this.#hearAnswer();
    const endedMicros = this.#clock.nowMicros();
    const { questions, unanswered, askingMicros } = this.#cost;
    this.#cost = {
      questions: questions + 1,
      unanswered: unanswered + (isAnswered ? 0 : 1),
      askingMicros: askingMicros + endedMicros - beganMicros,
    };
    const restMicros = restFactor * (endedMicros - beganMicros);
    return Math.max(beganMicros + this.#source.periodMicros, endedMicros + restMicros);
  }

  /** False when there is no answer. */
  async #hearAnswer(): Promise<boolean> {
    const beganMicros = this.#clock.nowMicros();
    const question = new AbortController();
    this.#question = question;
    try {
      const answer = orAborted(this.#source.ask(question.signal), question.signal);
      const told = await orLate(answer, answerLimitMillis, lateAnswer);
      const atMicros = (beganMicros + this.#clock.nowMicros()) / 2;
      this.observations.push({ atMicros, told });
      this.#failure = undefined;
      return true;
    } catch (thrown) {
      // That nobody waited any longer is no failure of the source's.
      if (!question.signal.aborted) this.#failure = messageOf(thrown);
      return false;
    } finally {
      question.abort();
    }
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
