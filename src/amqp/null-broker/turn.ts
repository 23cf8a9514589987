/** Something that may have work to do: a queue with messages, a source with credit. */
export interface Worker {
  /** Kept by the turn: whether it is on its list. */
  isAwake: boolean;
  run(): void;
}

/** Something with bytes for a socket. */
export interface Flushable {
  flush(): void;
}

/**
 * Gathers what one turn of the event loop gives occasion to, and does it at the turn's end: deliveries
 * first, then one write for each socket. A turn is the handling of one read, or a scheduled one.
 */
export class Turn {
  #workers: Worker[] = [];
  #spareWorkers: Worker[] = [];
  readonly #outputs: Flushable[] = [];
  readonly #onEnd: () => void;
  #isScheduled = false;

  /** `onEnd` is called at the end of every turn. */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Lets the worker run at this turn's end. */
  wake(worker: Worker): void {
    if (worker.isAwake) return;
    worker.isAwake = true;
    this.#workers.push(worker);
  }

  /**
   * Lets the worker run in a turn of its own, after sockets had theirs: to be used in callbacks of
   * writes, which Node runs before it looks at any socket again.
   */
  wakeSoon(worker: Worker): void {
    this.wake(worker);
    this.schedule();
  }

  /** Ends a turn soon, for occasions that arise outside the handling of a read. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.end();
    });
  }

  /** Called once by an output when its first bytes come in. */
  flushLater(output: Flushable): void {
    this.#outputs.push(output);
  }

  end(): void {
    while (this.#workers.length > 0) this.#runWorkers();
    for (const output of this.#outputs) output.flush();
    this.#outputs.length = 0;
    this.#onEnd();
  }

  #runWorkers(): void {
    const workers = this.#workers;
    this.#workers = this.#spareWorkers;
    for (const worker of workers) {
      worker.isAwake = false;
      worker.run();
    }
    workers.length = 0;
    this.#spareWorkers = workers;
  }
}
