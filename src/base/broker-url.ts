import { isDecodable } from './address.js';
import { UsageError } from './errors.js';

/** What an AMQP URL says. Holds the password: never to be shown. */
export interface BrokerUrl {
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  readonly vhost: string;
  readonly username: string;
  readonly password: string;
  /** PLAIN sends user and password; EXTERNAL lets the client's certificate speak. */
  readonly mechanism: 'PLAIN' | 'EXTERNAL';
  /** 0 is no heartbeats. */
  readonly heartbeatSeconds: number;
}

/**
 * Seconds between heartbeats, unless the URL says otherwise; the testbed's load balancer allows for
 * three that are missed.
 */
export const usualHeartbeatSeconds = 20;

/** An AMQP URL that says what cannot be. Its message shows nothing of the URL. */
export class BrokerUrlError extends UsageError {
  /** Completes the sentence "the address must be …". */
  readonly expected: string;

  constructor(expected: string) {
    super(`the address must be ${expected}`);
    this.expected = expected;
  }
}

/**
 * Reads an AMQP URL by RabbitMQ's URI specification; what it leaves out is the usual. Throws a
 * BrokerUrlError.
 */
export function readBrokerUrl(text: string): BrokerUrl {
  const url = new URL(text);
  if (!isDecodable(url)) {
    throw new BrokerUrlError('an address without a % that begins no escape (write %25)');
  }
  const isTls = url.protocol === 'amqps:';
  return {
    isTls,
    // Node wants an IPv6 address without the brackets that a URL puts around it.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: Number(url.port) || (isTls ? 5671 : 5672),
    // "amqp://host/" names the virtual host with the empty name, "amqp://host" none at all; but so
    // many write the former and mean the latter that every client takes both for "/".
    vhost: decodeURIComponent(url.pathname.slice(1)) || '/',
    username: decodeURIComponent(url.username) || 'guest',
    password: decodeURIComponent(url.password) || 'guest',
    mechanism: mechanismOf(url),
    heartbeatSeconds: heartbeatOf(url),
  };
}

function mechanismOf({ searchParams }: URL): BrokerUrl['mechanism'] {
  const mechanism = searchParams.get('auth_mechanism')?.toUpperCase() ?? 'PLAIN';
  if (mechanism === 'PLAIN' || mechanism === 'EXTERNAL') return mechanism;
  throw new BrokerUrlError('an address whose auth_mechanism is plain or external');
}

function heartbeatOf({ searchParams }: URL): number {
  const asked = searchParams.get('heartbeat');
  if (asked === null) return usualHeartbeatSeconds;
  const seconds = asked === '' ? Number.NaN : Number(asked);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 16) return seconds;
  throw new BrokerUrlError('an address whose heartbeat is in seconds, 0 to 65535 (0 is none)');
}
