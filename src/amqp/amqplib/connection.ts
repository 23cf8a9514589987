import { type Channel, type ChannelModel, connect } from 'amqplib';
import { hostAndPort, userOf } from '../../base/address.js';
import { BrokerError, messageOf } from '../../base/errors.js';
import type { ConnectionOptions } from '../load-client.js';

/** Seconds between heartbeats; the testbed's load balancer allows for three that are missed. */
const heartbeatSeconds = 20;
const connectLimitMillis = 15_000;

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
  const url = new URL(options.url);
  if (!url.searchParams.has('heartbeat')) url.searchParams.set('heartbeat', `${heartbeatSeconds}`);
  try {
    const connection = await connect(url.href, {
      noDelay: true,
      timeout: connectLimitMillis,
      clientProperties: { connection_name: options.connectionName },
    });
    // Without a listener an error event would end the process; whoever uses the connection
    // hears of its end by 'close', which follows every 'error'.
    connection.on('error', () => {});
    return { connection, channel: await openChannel(connection) };
  } catch (thrown) {
    throw connectError(options.url, thrown);
  }
}

interface Refusal {
  readonly sign: RegExp;
  readonly says: (address: string, user: string) => string;
  readonly hint: string;
}

const refusals: readonly Refusal[] = [
  {
    sign: /ECONNREFUSED/,
    says: (address) => `nothing listens at ${address}`,
    hint: 'Is the broker running, and is the port its AMQP port (5672 by default)?',
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN/,
    says: (address) => `the host of ${address} is unknown`,
    hint: 'Check the host name in the URL.',
  },
  {
    sign: /ACCESS[-_]REFUSED/,
    says: (address, user) => `the broker at ${address} refused user "${user}"`,
    hint: 'Check user and password in the URL; "guest" may log in from the same host only.',
  },
  {
    sign: /NOT[-_]ALLOWED|vhost/,
    says: (address, user) => `user "${user}" may not use that virtual host at ${address}`,
    hint: 'Check the path of the URL: amqp://host:5672/vhost, with %2F for a slash.',
  },
  {
    sign: /ETIMEDOUT/,
    says: (address) => `${address} did not answer within ${connectLimitMillis / 1000} s`,
    hint: 'Is the broker overloaded, or a firewall in between?',
  },
];

function connectError(url: string, thrown: unknown): BrokerError {
  const text = messageOf(thrown) || String((thrown as { code?: unknown }).code ?? '');
  const address = hostAndPort(url);
  const known = refusals.find(({ sign }) => sign.test(text));
  if (known) {
    return new BrokerError(known.says(address, userOf(url)), { hint: known.hint, cause: thrown });
  }
  return new BrokerError(`cannot open an AMQP connection to ${address}: ${text}`, {
    hint: 'Does an AMQP 0-9-1 broker answer there? A load balancer without a living node closes at once.',
    cause: thrown,
  });
}
