import { hostAndPort } from '../base/address.js';
import { BrokerError } from '../base/errors.js';

/** The error for a connection or channel that ended while it was needed, with the broker's reason. */
export function lostConnection(url: string, reason: string): BrokerError {
  return new BrokerError(`lost the connection to ${hostAndPort(url)}: ${reason}`, {
    hint: 'Did a node or the load balancer stop? Their logs say why.',
  });
}

/** The error for a consumer that the broker cancelled: its queue is gone, mostly. */
export function cancelledConsumer(queue: string, url: string): BrokerError {
  const where = `queue "${queue}" at ${hostAndPort(url)}`;
  return new BrokerError(`the broker cancelled the consumer of ${where}`);
}
