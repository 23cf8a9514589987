import { Arguments } from '../protocol/arguments.js';
import { type MethodName, methodName, methods } from '../protocol/methods.js';
import { ProtocolError } from '../protocol/protocol-error.js';

interface Waiting {
  readonly method: number;
  answer(bytes: Buffer, start: number, end: number): void;
  reject(error: Error): void;
}

/** What the peer was asked on one channel and has not answered yet; answers come in order. */
export class Replies {
  #waiting: Waiting[] = [];
  #failure: Error | undefined;

  /**
   * Resolves to what `read` makes of the arguments of the next answer, which must be this method;
   * `read` is called while the answer's bytes are there, and only then.
   */
  next<T>(method: MethodName, read: (reply: Arguments) => T): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const answer = (bytes: Buffer, start: number, end: number) =>
        resolve(read(new Arguments(bytes, start, end)));
      this.#waiting.push({ method: methods[method], answer, reject });
    });
  }

  /** Throws ProtocolError for a method that nobody asked for. */
  answer(method: number, bytes: Buffer, start: number, end: number): void {
    const waiting = this.#waiting.shift();
    if (waiting?.method !== method) {
      const instead = waiting ? ` instead of ${methodName(waiting.method)}` : '';
      const error = new ProtocolError(`${methodName(method)} came${instead}, unasked`);
      waiting?.reject(error);
      throw error;
    }
    try {
      waiting.answer(bytes, start, end);
    } catch (error) {
      waiting.reject(error as Error);
      throw error;
    }
  }

  /** Nothing more will be answered, for this reason. */
  fail(error: Error): void {
    this.#failure = error;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { reject } of waiting) reject(error);
  }
}
