import type { Socket } from 'node:net';
import { type Channel, type ChannelModel, connect, credentials } from 'amqplib';
import { orLate } from '../../base/abort.js';
import { usualHeartbeatSeconds } from '../../base/broker-url.js';
import { connectError } from '../connect-error.js';
import { hearLastWords } from '../last-words.js';
import { type ConnectionOptions, connectLimitMillis } from '../load-client.js';
import { sayGoodbye } from './goodbye.js';

/** The longest that the broker may take, after the end, to take what it was sent. */
const lingerLimitMillis = 1_000;

/** A connection and the channel on it. */
export interface Link<C extends Channel> {
  readonly connection: ChannelModel;
  readonly channel: C;
  /** Ends the connection without a word, for this reason. */
  abandon(reason: string): void;
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
    return { connection, channel, abandon: abandonerOf(connection) };
  } catch (thrown) {
    if (connection) void sayGoodbye(connection, abandonerOf(connection));
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
  const socket = socketOf(connection);
  hearLastWords(socket);
  // amqplib ends only its own side of the socket, and waits for a broker that may be gone.
  connection.once('close', () => {
    const linger = setTimeout(() => socket.destroy(), lingerLimitMillis);
    socket.once('close', () => clearTimeout(linger));
  });
  return connection;
}

function abandonerOf(connection: ChannelModel): (reason: string) => void {
  return (reason) => socketOf(connection).destroy(new Error(reason));
}

/** What amqplib does not show. */
function socketOf({ connection }: ChannelModel): Socket {
  return (connection as unknown as { readonly stream: Socket }).stream;
}

function isExternal({ searchParams }: URL): boolean {
  return searchParams.get('auth_mechanism')?.toLowerCase() === 'external';
}
