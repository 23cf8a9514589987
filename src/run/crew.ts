import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { isInTime } from '../base/abort.js';
import { sharedOriginMillis } from '../base/clock.js';
import { BrokerError } from '../base/errors.js';
import type {
  ControlMessage,
  PublisherTask,
  ReadyMessage,
  WorkerOutcome,
} from '../load/protocol.js';

/** The longest that threads may take to load what they run. */
const loadLimitMillis = 10_000;

/** What a task is before the crew gives it a port. */
export type TaskWithoutPort<T extends { port: MessagePort }> = Omit<T, 'port'>;

/**
 * The threads of one kind, kept for a whole run; each trial hands every thread one task. Piscina's
 * default parks an idle thread in Atomics.wait, and with it its sockets and heartbeats: 'disabled'
 * keeps its event loop turning.
 */
export class Crew<Task extends Pick<PublisherTask, 'port'>, Record> {
  readonly threads: number;
  readonly #pool: Piscina<Task, WorkerOutcome<Record>>;
  /** Resolves when every thread has loaded its program, or has ended. */
  readonly #loaded: Promise<unknown>;

  constructor(worker: { readonly file: URL; readonly name: string }, threads: number) {
    this.threads = threads;
    this.#pool = new Piscina({
      filename: worker.file.href,
      name: worker.name,
      minThreads: threads,
      maxThreads: threads,
      atomics: 'disabled',
      recordTiming: false,
    });
    this.#loaded = Promise.all(this.#pool.threads.map(firstWord));
  }

  /** Starts one trial's tasks, at most one a thread. */
  begin(tasks: readonly TaskWithoutPort<Task>[]): CrewTrial<Record> {
    const ports: MessagePort[] = [];
    const outcomes = tasks.map((task) => {
      const { port1, port2 } = new MessageChannel();
      ports.push(port1);
      // The port is the one thing that a task lacked.
      const whole = { ...task, port: port2 } as unknown as Task;
      return this.#pool.run(whole, { transferList: [port2] });
    });
    return new CrewTrial(ports, outcomes);
  }

  /**
   * Ends the threads where they stand; their sockets close with them. A thread that is ended while it
   * loads modules takes the whole process down with it (Node 20: "IsGraphAsync must be used on an
   * instantiated module"), so that has to be over.
   */
  async end(): Promise<void> {
    await isInTime(this.#loaded, loadLimitMillis);
    await this.#pool.destroy();
  }
}

/** Piscina's threads say so first of all when they have loaded. */
function firstWord(thread: Worker): Promise<void> {
  return new Promise((resolve) => {
    thread.once('message', () => resolve());
    thread.once('exit', () => resolve());
  });
}

/** One trial of one crew, seen from the main thread. */
export class CrewTrial<Record> {
  /** Resolves when every thread has connected. */
  readonly ready: Promise<void>;
  /** What the threads recorded; rejects with the first failure. */
  readonly records: Promise<Record[]>;
  readonly #ports: readonly MessagePort[];

  constructor(ports: readonly MessagePort[], outcomes: readonly Promise<WorkerOutcome<Record>>[]) {
    this.#ports = ports;
    this.ready = Promise.all(ports.map(isReady)).then(() => {});
    this.records = Promise.all(outcomes.map(async (outcome) => recordOf(await outcome)));
    // Whoever waits for something else first must not be ended by an unhandled rejection.
    this.records.catch(() => {});
  }

  tell(message: ControlMessage): void {
    for (const port of this.#ports) port.postMessage(message);
  }

  close(): void {
    for (const port of this.#ports) port.close();
  }
}

async function isReady(port: MessagePort): Promise<void> {
  const message = await new Promise<ReadyMessage>((resolve) => port.once('message', resolve));
  if (message.clockOriginMillis !== sharedOriginMillis()) {
    throw new Error('worker threads of this Node.js do not share a clock: latency cannot be told');
  }
}

function recordOf<Record>(outcome: WorkerOutcome<Record>): Record {
  if (outcome.kind === 'record') return outcome.record;
  throw new BrokerError(outcome.message, outcome.hint === undefined ? {} : { hint: outcome.hint });
}
