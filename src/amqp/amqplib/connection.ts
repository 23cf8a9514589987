import { type Channel, type ChannelModel, connect, credentials } from 'amqplib';
import { orLate } from '../../base/abort.js';
import { connectError } from '../connect-error.js';
import {
  type ConnectionOptions,
  connectLimitMillis,
  usualHeartbeatSeconds,
} from '../load-client.js';

/** A connection and the channel on it. */
export interface Link<C extends Channel> {
  readonly connection: ChannelModel;
  readonly channel: C;
}

/**
 * Connects and opens a channel; rejects with a BrokerError that says what refused, where, and what
 * to do.
 */
export async function openLink<C extends Channel>(
  options: ConnectionOptions,
  openChannel: (connection: ChannelModel) => Promise<C>,
): Promise<Link<C>> {
  let connection: ChannelModel | undefined;
  try {
    connection = await openConnection(options);
    const opening = openChannel(connection);
    const channel = await orLate(opening, connectLimitMillis, () => new Error('ETIMEDOUT'));
    return { connection, channel };
  } catch (thrown) {
    connection?.close().catch(() => {});
    throw connectError(options.url, thrown);
  }
}

async function openConnection(options: ConnectionOptions): Promise<ChannelModel> {
  const url = new URL(options.url);
  if (!url.searchParams.has('heartbeat')) {
    url.searchParams.set('heartbeat', `${usualHeartbeatSeconds}`);
  }
  const connection = await connect(url.href, {
    noDelay: true,
    timeout: connectLimitMillis,
    clientProperties: { connection_name: options.connectionName },
    ...options.tls,
    ...(isExternal(url) ? { credentials: credentials.external() } : {}),
  });
  // Without a listener an error event would end the process; whoever uses the connection
  // hears of its end by 'close', which follows every 'error'.
  connection.on('error', () => {});
  return connection;
}

function isExternal({ searchParams }: URL): boolean {
  return searchParams.get('auth_mechanism')?.toLowerCase() === 'external';
}
