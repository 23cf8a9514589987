import type { MessageQueue } from '../message-queue.js';
import type { MessageStore } from '../message-store.js';
import { releaseMessage, shareMessage } from '../stored-message.js';

/** A message that waits for a successor goes alone after this. */
const withholdMillis = 5;

/** How a message is put into its queues. */
export interface Manner {
  /** It changes places with its successor. */
  readonly isSwapped: boolean;
  /** A second copy comes next, with 0, or so much later; none when `undefined`. */
  readonly copyAfterMillis: number | undefined;
}

/** Puts a stored message, that is in no queue yet, into these; frees it when there are none. */
export function queueUp(
  store: MessageStore,
  reference: number,
  queues: readonly MessageQueue[],
  { isSwapped, copyAfterMillis }: Manner,
): void {
  if (queues.length === 0) {
    store.free(reference);
    return;
  }
  shareMessage(store, reference, copyAfterMillis === undefined ? queues.length : 2 * queues.length);
  for (const queue of queues) {
    if (isSwapped) withhold(store, reference, queue);
    else enqueue(store, reference, queue);
    if (copyAfterMillis === 0) enqueue(store, reference, queue);
    else if (copyAfterMillis !== undefined) {
      const enqueueCopy = () => {
        enqueue(store, reference, queue);
        queue.wakeSoon();
      };
      setTimeout(enqueueCopy, copyAfterMillis).unref();
    }
  }
}

/** Puts a message at a queue's end; one that is withheld there comes behind it. */
export function enqueue(store: MessageStore, reference: number, queue: MessageQueue): void {
  if (queue.isDeleted) {
    releaseMessage(store, reference);
    return;
  }
  queue.push(reference);
  if (queue.withheld === 0) return;
  queue.swapLast();
  queue.withheld = 0;
}

function withhold(store: MessageStore, reference: number, queue: MessageQueue): void {
  const hadWithheld = queue.withheld > 0;
  enqueue(store, reference, queue);
  // It has changed places with its predecessor, and is no longer the last.
  if (hadWithheld || queue.isDeleted) return;
  queue.withheld = 1;
  setTimeout(() => queue.withholdNothing(), withholdMillis).unref();
}
