import type { MessagePort } from 'node:worker_threads';
import { sharedOriginMillis } from '../base/clock.js';
import { RmqbenchError } from '../base/errors.js';
import type { ControlMessage, ReadyMessage, TrialInstants, WorkerOutcome } from './protocol.js';

/** The worker's side of the control port. What arrives before it is awaited is kept. */
export class Control {
  readonly #port: MessagePort;
  readonly #arrived = new Map<ControlMessage['type'], ControlMessage>();
  readonly #awaited = new Map<ControlMessage['type'], (message: ControlMessage) => void>();

  constructor(port: MessagePort) {
    this.#port = port;
    port.on('message', (message: ControlMessage) => {
      this.#arrived.set(message.type, message);
      this.#awaited.get(message.type)?.(message);
    });
  }

  async ready(): Promise<TrialInstants> {
    const ready: ReadyMessage = { type: 'ready', clockOriginMillis: sharedOriginMillis() };
    this.#port.postMessage(ready);
    const message = await this.#next('start');
    if (message.type !== 'start') throw new TypeError(`expected start, got ${message.type}`);
    return message.instants;
  }

  async told(type: 'drain' | 'finish'): Promise<void> {
    await this.#next(type);
  }

  close(): void {
    this.#port.close();
  }

  #next(type: ControlMessage['type']): Promise<ControlMessage> {
    return new Promise((resolve) => {
      const arrived = this.#arrived.get(type);
      if (arrived) resolve(arrived);
      else this.#awaited.set(type, resolve);
    });
  }
}

/** Runs a worker's trial and tells how it went as plain data; only a fault of ours is thrown. */
export async function outcomeOf<T>(trial: () => Promise<T>): Promise<WorkerOutcome<T>> {
  try {
    return { kind: 'record', record: await trial() };
  } catch (thrown) {
    if (!(thrown instanceof RmqbenchError)) throw thrown;
    return { kind: 'failed', message: thrown.message, hint: thrown.hint };
  }
}
