import { BrokerError } from '../base/errors.js';

/** Whether the broker let it happen: a BrokerError is forgiven, and an error of ours goes on. */
export async function succeeds(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (thrown) {
    if (thrown instanceof BrokerError) return false;
    throw thrown;
  }
}
