import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isInTime, orLate } from '../../base/abort.js';
import { BrokerError, messageOf } from '../../base/errors.js';
import type { NullBrokerCounts } from './counts.js';
import type { DelaySummary } from './delay-record.js';
import type { NullBrokerOptions } from './options.js';
import type { Answers, FromProcess, Question, ToProcess } from './process-messages.js';

const startLimitMillis = 10_000;
const answerLimitMillis = 10_000;
const stopLimitMillis = 5_000;

const entry = fileURLToPath(new URL('./null-broker-process.js', import.meta.url));

/** A null broker in a process, and so on a core, of its own. */
export interface RunningNullBroker {
  readonly url: string;
  readonly pid: number;
  /** Rejects with a BrokerError when the process does not answer, or is gone. */
  counts(): Promise<NullBrokerCounts>;
  /** How long messages really waited, of a broker with a `deliveryDelayMicros`; rejects as `counts`. */
  delays(): Promise<DelaySummary>;
  /**
   * Lets the whole process stand still: nothing is read, written or answered, and what clients send
   * stays in their sockets. Resolves to how long it really was; rejects as `counts`.
   */
  stall(lengthMicros: number): Promise<number>;
  /** Resolves when the process is gone; it is killed if it does not end by itself in time. */
  stop(): Promise<void>;
}

/** Starts the process; rejects with a BrokerError that says why it did not come up. */
export async function spawnNullBroker(options: NullBrokerOptions): Promise<RunningNullBroker> {
  const child = fork(entry, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const broker = new BrokerProcess(child);
  try {
    return await broker.start(options);
  } catch (thrown) {
    child.kill('SIGKILL');
    throw new BrokerError(`the null broker did not start: ${messageOf(thrown)}`, { cause: thrown });
  }
}

class BrokerProcess implements RunningNullBroker {
  readonly #child: ChildProcess;
  readonly #gone: Promise<unknown>;
  readonly #waiting = new Map<number, (answer: Answers[keyof Answers]) => void>();
  #asked = 0;
  url = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#gone = new Promise((resolve) => child.once('exit', resolve));
    child.on('message', (message: FromProcess) => this.#onMessage(message));
    // Sending to a process that is gone; whoever waits for an answer hears of it by `#gone`.
    child.on('error', () => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async start(options: NullBrokerOptions): Promise<this> {
    this.#tell({ kind: 'start', options });
    const started = this.#orGone(this.#firstAnswer());
    const answer = await orLate(started, startLimitMillis, () => late('start', startLimitMillis));
    if (answer.kind === 'failed') throw new Error(answer.message);
    if (answer.kind === 'started') this.url = answer.url;
    return this;
  }

  counts(): Promise<NullBrokerCounts> {
    return this.#ask({ about: 'counts' });
  }

  delays(): Promise<DelaySummary> {
    return this.#ask({ about: 'delays' });
  }

  stall(lengthMicros: number): Promise<number> {
    return this.#ask({ about: 'stall', lengthMicros }, lengthMicros / 1000);
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#tell({ kind: 'stop' });
    if (!(await isInTime(this.#gone, stopLimitMillis))) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  /** `patienceMillis` is beyond the time that any answer may take. */
  async #ask<T extends keyof Answers>(
    question: Question & { readonly about: T },
    patienceMillis = 0,
  ): Promise<Answers[T]> {
    const id = ++this.#asked;
    const limitMillis = answerLimitMillis + patienceMillis;
    const answered = new Promise<Answers[T]>((resolve) => {
      this.#waiting.set(id, (answer) => resolve(answer as Answers[T]));
    });
    this.#tell({ kind: 'ask', id, question });
    const answer = this.#orGone(answered).finally(() => this.#waiting.delete(id));
    return orLate(answer, limitMillis, () => late('answer', limitMillis));
  }

  #tell(message: ToProcess): void {
    // The callback takes the error of a channel that is closed, which else would be an event.
    this.#child.send(message, () => {});
  }

  async #firstAnswer(): Promise<FromProcess> {
    const [message] = (await once(this.#child, 'message')) as [FromProcess];
    return message;
  }

  #onMessage(message: FromProcess): void {
    if (message.kind === 'answer') this.#waiting.get(message.id)?.(message.answer);
  }

  #orGone<T>(answer: Promise<T>): Promise<T> {
    const gone = this.#gone.then(() => {
      throw new BrokerError(`the null broker's process ended (${this.#describeEnd()})`);
    });
    return Promise.race([answer, gone]);
  }

  #describeEnd(): string {
    const { exitCode, signalCode } = this.#child;
    return signalCode ? `killed by ${signalCode}` : `code ${exitCode}`;
  }
}

function late(what: string, limitMillis: number): Error {
  return new BrokerError(`the null broker did not ${what} within ${limitMillis / 1000} s`);
}
