import { hostAndPort, userOf } from '../base/address.js';
import { BrokerError, messageOf } from '../base/errors.js';
import { connectLimitMillis } from './load-client.js';

interface Refusal {
  readonly sign: RegExp;
  readonly says: (address: string, user: string) => string;
  readonly hint: string;
}

const refusals: readonly Refusal[] = [
  {
    sign: /ECONNREFUSED/,
    says: (address) => `nothing listens at ${address}`,
    hint: 'Is the broker running, and is the port its AMQP port (5672, with TLS 5671, by default)?',
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
    // amqplib keeps to itself why the broker closed what it was to open: it says only that it did.
    sign: /NOT[-_]ALLOWED|Expected ConnectionOpenOk; got <ConnectionClose/,
    says: (address, user) => `user "${user}" may not use that virtual host at ${address}`,
    hint: 'Check the path of the URL: amqp://host:5672/vhost, with %2F for a slash.',
  },
  {
    sign: /alert (certificate required|handshake failure)|peer did not return a certificate/,
    says: (address) => `the broker at ${address} asks for a certificate`,
    hint: 'Name one that it trusts, and the key to it: target.tls.cert and target.tls.key.',
  },
  {
    sign: /alert (bad certificate|unknown ca|certificate unknown|certificate expired|unsupported certificate)/,
    says: (address) => `the broker at ${address} does not accept our certificate`,
    hint: 'Is target.tls.cert valid, and signed by an authority that the broker trusts?',
  },
  {
    sign: /altname/i,
    says: (address) => `the certificate of ${address} is made out to another name`,
    hint: 'Connect by a name that is in it, or name that one as target.tls.serverName.',
  },
  {
    sign: /certificate (has expired|is not yet valid)|CERT_(HAS_EXPIRED|NOT_YET_VALID)/,
    says: (address) => `the certificate of ${address} is not valid today`,
    hint: 'Renew it, or set the clock of this machine.',
  },
  {
    sign: /certificate|CERT_/,
    says: (address) => `the certificate of ${address} is signed by nobody who is trusted here`,
    hint: 'Name the authority that signed it, as a PEM file: --set target.tls.ca=<file>.',
  },
  {
    sign: /wrong version number|packet length too long/,
    says: (address) => `${address} does not speak TLS`,
    hint: 'Use amqp:// there, or the port of the TLS listener (5671 by default).',
  },
  {
    sign: /ETIMEDOUT/,
    says: (address) => `${address} did not answer within ${connectLimitMillis / 1000} s`,
    hint: 'Is the broker overloaded, or a firewall in between?',
  },
];

/** The error for a connection that could not be opened: what refused, where, and what to do. */
export function connectError(url: string, thrown: unknown): BrokerError {
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
