import { describe, expect, test } from 'vitest';
import { connectError } from '../../src/amqp/connect-error.js';
import { BrokerError } from '../../src/base/errors.js';

const url = 'amqp://me:open-sesame@broker:1234/orders';

describe('a connection that cannot be opened', () => {
  test.each([
    ['connect ECONNREFUSED 10.0.0.1:1234', 'nothing listens at broker:1234'],
    ['getaddrinfo ENOTFOUND broker', 'the host of broker:1234 is unknown'],
    ['getaddrinfo EAI_AGAIN broker', 'the host of broker:1234 is unknown'],
    ['403 ACCESS_REFUSED - Login was refused', 'the broker at broker:1234 refused user "me"'],
    [
      'Handshake terminated by server: 403 (ACCESS-REFUSED)',
      'the broker at broker:1234 refused user "me"',
    ],
    [
      '530 NOT_ALLOWED - vhost orders not found',
      'user "me" may not use that virtual host at broker:1234',
    ],
    [
      'Expected ConnectionOpenOk; got <ConnectionClose channel:0>',
      'user "me" may not use that virtual host at broker:1234',
    ],
    [
      'self-signed certificate in certificate chain',
      'the certificate of broker:1234 is signed by nobody who is trusted here',
    ],
    [
      'unable to verify the first certificate',
      'the certificate of broker:1234 is signed by nobody who is trusted here',
    ],
    [
      "Hostname/IP does not match certificate's altnames",
      'the certificate of broker:1234 is made out to another name',
    ],
    [
      'unsuitable certificate purpose',
      'the certificate of broker:1234 was not accepted: unsuitable certificate purpose',
    ],
    ['certificate has expired', 'the certificate of broker:1234 is not valid today'],
    [
      'error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required',
      'the broker at broker:1234 asks for a certificate',
    ],
    [
      'error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure',
      'the broker at broker:1234 refused the TLS handshake',
    ],
    [
      'error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca',
      'the broker at broker:1234 does not accept our certificate',
    ],
    ['ssl3_get_record:wrong version number', 'broker:1234 does not speak TLS'],
    ['tls_get_more_records:packet length too long', 'broker:1234 does not speak TLS'],
    ['connect ETIMEDOUT 10.0.0.1:1234', 'broker:1234 did not answer within 15 s'],
  ])('because of "%s" is told as: %s', (reason, message) => {
    const cause = new Error(reason);
    const error = connectError(url, cause);
    expect(error).toBeInstanceOf(BrokerError);
    expect(error.message).toBe(message);
    expect(error.hint).toMatch(/^\S.*[.?]$/);
    expect(error.cause).toBe(cause);
  });

  test('for a reason that is not known is told with it', () => {
    const { message, hint } = connectError(url, new Error('504 something else'));
    expect(message).toBe('cannot open an AMQP connection to broker:1234: 504 something else');
    expect(hint).toContain('Does an AMQP 0-9-1 broker answer there?');
  });

  test('to several addresses of one name is told by the code that they share', () => {
    const both = Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' });
    expect(connectError(url, both).message).toBe('nothing listens at broker:1234');
  });

  test('is told without its password', () => {
    const { message, hint } = connectError(url, new Error('403 ACCESS_REFUSED'));
    expect(`${message} ${hint}`).not.toContain('sesame');
  });
});
