import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.js';
import type { Alarm } from './alarm.js';

/**
 * How much earlier than it should the other thread wakes this one, µs: as much as waking takes, by its
 * median, which differs between machines and with what else they do, and is learned a step at a time.
 */
const lead = { first: 150, least: 20, most: 500, step: 4 } as const;

/** A pass of the event loop that finds nothing to do takes less than this. */
const emptyPassMicros = 50;

/**
 * An alarm that rings within some ten microseconds of its moment, where Node's own timers, which count
 * in milliseconds, would be late by almost one in the mean. Another thread sleeps until shortly before
 * (`Atomics.wait` takes fractions of a millisecond, and would block this thread's sockets), and then
 * this one lets its event loop turn until the moment has come.
 */
export class Metronome implements Alarm {
  onRing: () => void = () => {};
  readonly #clock: Clock;
  readonly #thread: Worker;
  /** Told to the other thread: the moment to wake at, ms, and a number that moves when that does. */
  readonly #moment: Float64Array;
  readonly #change: Int32Array;
  #atMicros = Number.POSITIVE_INFINITY;
  #leadMicros: number = lead.first;
  /** When the other thread was asked to wake this one. */
  #wakeMicros = Number.POSITIVE_INFINITY;
  #isPolling = false;
  #polledMicros = 0;
  #lastPassMicros = 0;

  private constructor(clock: Clock) {
    this.#clock = clock;
    const memory = new SharedArrayBuffer(16);
    this.#moment = new Float64Array(memory, 0, 1);
    this.#change = new Int32Array(memory, 8, 1);
    this.#moment[0] = Number.POSITIVE_INFINITY;
    // As text, because a thread that is ended while it loads modules takes the process down with it
    // (Node 20), and this one may be ended at any time.
    this.#thread = new Worker(`(${keepTime})()`, { eval: true, workerData: memory });
    this.#thread.on('message', () => this.#onWake());
  }

  /** Ready when the other thread is; `clock` must count as `performance.now()` does. */
  static async start(clock: Clock): Promise<Metronome> {
    const metronome = new Metronome(clock);
    await once(metronome.#thread, 'online');
    metronome.#thread.unref();
    return metronome;
  }

  get polledMicros(): number {
    return this.#polledMicros;
  }

  set(atMicros: number): void {
    this.#atMicros = atMicros;
    if (this.#isPolling) return;
    const wakeMicros = atMicros - this.#leadMicros;
    if (wakeMicros > this.#clock.nowMicros()) this.#sleepUntil(wakeMicros);
    else this.#poll();
  }

  end(): void {
    this.set(Number.POSITIVE_INFINITY);
    void this.#thread.terminate();
  }

  #sleepUntil(micros: number): void {
    this.#wakeMicros = micros;
    this.#moment[0] = micros / 1000;
    Atomics.add(this.#change, 0, 1);
    Atomics.notify(this.#change, 0);
  }

  /** The moment may have been moved while the other thread's word was under way. */
  #onWake(): void {
    const lateMicros = this.#clock.nowMicros() - this.#wakeMicros;
    if (this.#isPolling || lateMicros < 0) return;
    const learned = this.#leadMicros + Math.sign(lateMicros - this.#leadMicros) * lead.step;
    this.#leadMicros = Math.min(lead.most, Math.max(lead.least, learned));
    this.#poll();
  }

  #poll(): void {
    this.#isPolling = true;
    this.#lastPassMicros = this.#clock.nowMicros();
    setImmediate(this.#pass);
  }

  readonly #pass = (): void => {
    const now = this.#clock.nowMicros();
    this.#polledMicros += Math.min(now - this.#lastPassMicros, emptyPassMicros);
    this.#lastPassMicros = now;
    if (now < this.#atMicros && this.#atMicros - now <= lead.most) {
      setImmediate(this.#pass);
      return;
    }
    this.#isPolling = false;
    if (now < this.#atMicros) {
      this.set(this.#atMicros);
      return;
    }
    this.#atMicros = Number.POSITIVE_INFINITY;
    this.onRing();
  };
}

/** What the other thread does, for ever. It must not refer to anything outside itself. */
function keepTime(): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
  const moment = new Float64Array(workerData, 0, 1);
  const change = new Int32Array(workerData, 8, 1);
  for (;;) {
    const seen = Atomics.load(change, 0);
    const waitMillis = Math.max(0, (moment[0] ?? 0) - performance.now());
    if (Atomics.wait(change, 0, seen, waitMillis) === 'timed-out') {
      parentPort?.postMessage(undefined);
      Atomics.wait(change, 0, seen);
    }
  }
}
