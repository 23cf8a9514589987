/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Waits for `promise`, but no longer than so many milliseconds; tells whether it was in time. */
export function isInTime(promise: Promise<unknown>, limitMillis: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), limitMillis);
    promise.then(() => resolve(true), reject).finally(() => clearTimeout(timer));
  });
}

/** Settles as `promise` does, or rejects with `late()` after so many milliseconds. */
export async function orLate<T>(
  promise: Promise<T>,
  limitMillis: number,
  late: () => Error,
): Promise<T> {
  if (await isInTime(promise, limitMillis)) return promise;
  throw late();
}
