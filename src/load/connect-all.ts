/**
 * Connections that one thread opens at a time: a listener's queue is short, and the time that a
 * connection may take to open must not be spent waiting for our own others.
 */
const togetherCount = 100;

/** Connects all of them in their order, some at a time; rejects with the first failure. */
export async function connectAll<T>(
  all: readonly T[],
  connect: (one: T) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < all.length; first += togetherCount) {
    await Promise.all(all.slice(first, first + togetherCount).map(connect));
  }
}
