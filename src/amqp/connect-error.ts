import { hostAndPort, userOf } from '../base/address.js';
import { BrokerError, messageOf } from '../base/errors.js';
import { connectLimitMillis } from './load-client.js';

interface Refusal {
  readonly sign: RegExp;
  readonly says: (address: string, user: string, reason: string) => string;
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
    sign: /alert certificate required|peer did not return a certificate/,
    says: (address) => `the broker at ${address} asks for a certificate`,
    hint: 'Name one that it trusts, and the key to it: target.tls.cert and target.tls.key.',
  },
  {
    // Before TLS 1.3 a broker says no more than this of a certificate that it misses.
    sign: /alert handshake failure/,
    says: (address) => `the broker at ${address} refused the TLS handshake`,
    hint: 'If it asks for a certificate, name one: target.tls.cert and target.tls.key. Or it may share no cipher and no version of TLS with Node.js.',
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
    sign: /self[- ]signed certificate|unable to (get (local )?issuer|verify the first) certificate/,
    says: (address) => `the certificate of ${address} is signed by nobody who is trusted here`,
    hint: 'Name the authority that signed it, as a PEM file: --set target.tls.ca=<file>.',
  },
  {
    sign: /certificate|CERT_/,
    says: (address, _, reason) => `the certificate of ${address} was not accepted: ${reason}`,
    hint: 'Is it made for a server, and signed by an authority that may sign?',
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
  const text = messageOf(thrown);
  const address = hostAndPort(url);
  const known = refusals.find(({ sign }) => sign.test(text));
  if (known) {
    const message = known.says(address, userOf(url), text);
    return new BrokerError(message, { hint: known.hint, cause: thrown });
  }
  return new BrokerError(`cannot open an AMQP connection to ${address}: ${text}`, {
    hint: 'Does an AMQP 0-9-1 broker answer there? A load balancer without a living node closes at once.',
    cause: thrown,
  });
}
