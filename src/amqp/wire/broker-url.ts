import { UsageError } from '../../base/errors.js';
import { usualHeartbeatSeconds } from '../load-client.js';

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

/** Reads an AMQP URL by RabbitMQ's URI specification; what it leaves out is the usual. */
export function readBrokerUrl(text: string): BrokerUrl {
  const url = new URL(text);
  const isTls = url.protocol === 'amqps:';
  return {
    isTls,
    // Node wants an IPv6 address without the brackets that a URL puts around it.
    host: url.hostname.replace(/^\[(.*)\]$/, '$1') || 'localhost',
    port: Number(url.port) || (isTls ? 5671 : 5672),
    // "amqp://host/" names the virtual host with the empty name, "amqp://host" none at all; but so
    // many write the former and mean the latter that every client takes both for "/".
    vhost: decoded(url.pathname.slice(1), '/'),
    username: decoded(url.username, 'guest'),
    password: decoded(url.password, 'guest'),
    mechanism: mechanismOf(url),
    heartbeatSeconds: heartbeatOf(url),
  };
}

function decoded(part: string, usual: string): string {
  try {
    return part ? decodeURIComponent(part) : usual;
  } catch {
    throw new UsageError('the URL has a % in it that begins no escape', {
      hint: 'Write %25 for a % in the user, the password or the virtual host.',
    });
  }
}

function mechanismOf({ searchParams }: URL): BrokerUrl['mechanism'] {
  const asked = searchParams.get('auth_mechanism') ?? 'plain';
  const mechanism = asked.toUpperCase();
  if (mechanism === 'PLAIN' || mechanism === 'EXTERNAL') return mechanism;
  throw new UsageError(`the URL asks for auth_mechanism=${asked}`, {
    hint: 'plain and external are known.',
  });
}

function heartbeatOf({ searchParams }: URL): number {
  const asked = searchParams.get('heartbeat');
  if (asked === null) return usualHeartbeatSeconds;
  const seconds = Number(asked);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds < 2 ** 16) return seconds;
  throw new UsageError(`the URL asks for heartbeat=${asked}`, {
    hint: 'Seconds, 0 … 65535; 0 is no heartbeats.',
  });
}
