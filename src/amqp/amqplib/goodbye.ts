import type { ChannelModel } from 'amqplib';
import { isInTime } from '../../base/abort.js';
import { goodbyeLimitMillis } from '../load-client.js';

/** Closes the connection; a broker that does not answer in time is abandoned. */
export async function sayGoodbye(
  connection: ChannelModel,
  abandon: (reason: string) => void,
): Promise<void> {
  // amqplib forgets whoever waits for the answer when the socket goes first.
  const ended = new Promise((resolve) => connection.once('close', resolve));
  const answered = Promise.race([connection.close().catch(() => {}), ended]);
  if (await isInTime(answered, goodbyeLimitMillis)) return;
  abandon('the broker did not say goodbye');
}
