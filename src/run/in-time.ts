import { orLate } from '../base/abort.js';
import { BrokerError } from '../base/errors.js';
import { formatMicros } from '../base/units.js';

/** Settles as `promise` does, or rejects with a BrokerError that says what took too long. */
export function inTime<T>(what: string, promise: Promise<T>, limitMillis: number): Promise<T> {
  const limit = formatMicros(limitMillis * 1000);
  return orLate(promise, limitMillis, () => new BrokerError(`could not ${what} within ${limit}`));
}
