import { fileURLToPath } from 'node:url';
import { answerOfProcess } from './answer-of-process.js';

/** How a thread at full rate kept up with its event loop. */
export interface EventLoopFigures {
  readonly messagesPerSecond: number;
  /** The longest that the loop was away from its timers, for whatever reason, and most of the times. */
  readonly longestMillis: number;
  readonly p99Millis: number;
  readonly isStalled: boolean;
  readonly longestCollectionMillis: number;
  /** The same of a thread beside it that does nothing: what the machine alone brings about. */
  readonly longestOfIdleThreadMillis: number;
}

const program = fileURLToPath(new URL('./event-loop-process.ts', import.meta.url));

/** Publishes with a confirm window of 1000 in a process of its own, watching the event loop. */
export function measureEventLoop(
  windowSeconds: number,
  signal: AbortSignal,
): Promise<EventLoopFigures> {
  return answerOfProcess<EventLoopFigures>(program, [String(windowSeconds)], signal);
}
