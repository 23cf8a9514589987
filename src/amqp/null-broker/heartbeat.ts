import { heartbeatFrame } from '../protocol/frame-layout.js';
import type { Output } from './output.js';

/** Calls back again and again after so many milliseconds, until the function it returns is called. */
export type Every = (millis: number, onTick: () => void) => () => void;

/** Node's timers; they keep no process alive. */
export const everyMillis: Every = (millis, onTick) => {
  const timer = setInterval(onTick, millis);
  timer.unref();
  return () => clearInterval(timer);
};

/** Ticks of half an interval, so two intervals. */
const silentTicksMax = 4;

/**
 * Heartbeats of one connection (specification, §4.2.7): one is sent when nothing else was for half an
 * interval; a client of which nothing is heard for two intervals is given up.
 */
export class Heartbeat {
  readonly #output: Output;
  readonly #stop: () => void;
  #silentTicks = 0;
  /** While the broker itself does not read, it cannot tell whether the client is silent. */
  isReading = true;

  constructor(output: Output, seconds: number, every: Every, onSilence: () => void) {
    this.#output = output;
    this.#stop = every((seconds * 1000) / 2, () => {
      this.#beat();
      if (!this.isReading) this.#silentTicks = 0;
      else if (++this.#silentTicks > silentTicksMax) onSilence();
    });
  }

  /** Something came in. */
  onHeard(): void {
    this.#silentTicks = 0;
  }

  stop(): void {
    this.#stop();
  }

  #beat(): void {
    const isIdle = !this.#output.hasSent && this.#output.backlogBytes === 0;
    this.#output.hasSent = false;
    if (!isIdle) return;
    this.#output.append(heartbeatFrame);
    this.#output.flush();
    this.#output.hasSent = false;
  }
}
