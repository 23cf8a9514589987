import type { Socket } from 'node:net';
import { hearLastWords } from '../last-words.js';
import { writeMarkBytes } from './socket.js';

/** With so many bytes unsent that answer what we read, we read no more. */
const unsentAnswerBytesMax = 8 * writeMarkBytes;

/** What a connection sends, as long as there is somebody who takes it. */
export class Outgoing {
  readonly #socket: Socket;
  #unsentAnswerBytes = 0;
  #isUnheard = false;
  #isOver = false;
  #hasSent = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    hearLastWords(socket, () => {
      this.#isUnheard = true;
    });
  }

  /**
   * Gives whole frames to the socket; false when they had better wait now. `onWritten` is called when
   * the bytes may be overwritten.
   */
  write(frames: Buffer, onWritten?: () => void): boolean {
    if (this.#isOver || this.#isUnheard) {
      onWritten?.();
      // Who publishes still had better not go on; who has been told of the end need not wait.
      return this.#isOver;
    }
    this.#hasSent = true;
    return onWritten ? this.#socket.write(frames, onWritten) : this.#socket.write(frames);
  }

  /**
   * The same for frames that answer what was read: when too many of them wait, no more is read. What is
   * published is no answer: however much of it waits, the broker must be heard, for it may say why.
   */
  answer(frames: Buffer, onWritten?: () => void): boolean {
    this.#unsentAnswerBytes += frames.length;
    return this.write(frames, () => {
      this.#unsentAnswerBytes -= frames.length;
      onWritten?.();
    });
  }

  /** Whether so many answers wait that nothing more shall be read. */
  get isBackedUp(): boolean {
    return !this.#isUnheard && this.#unsentAnswerBytes >= unsentAnswerBytesMax;
  }

  /** Whether anything was sent since the last time this was asked. */
  hasSent(): boolean {
    const has = this.#hasSent;
    this.#hasSent = false;
    return has;
  }

  /** From now on drops everything; what was written is still sent. */
  end(): void {
    this.#isOver = true;
  }
}
