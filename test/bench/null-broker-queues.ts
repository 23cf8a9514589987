import type * as administrating from '../../src/amqp/administration.js';
import { built } from './built.js';
import type { PeerLoad } from './peers/peer.js';

const { Administration } = await built<typeof administrating>('amqp/administration.js');

/** Declares what a load names on a null broker, for tools that do not do so themselves. */
export async function declareQueues(
  url: string,
  { exchange, queuePrefix, queueCount }: PeerLoad,
): Promise<void> {
  const administration = await Administration.open(url);
  await administration.declareExchange(exchange, false);
  for (let number = 1; number <= queueCount; number++) {
    const queue = `${queuePrefix}${number}`;
    await administration.declareQueue({ name: queue, durable: false, arguments: {} });
    await administration.bindQueue(queue, exchange, queue);
  }
  await administration.close();
}
