import { describe, expect, test } from 'vitest';
import { BrokerUrlError, readBrokerUrl } from '../../src/base/broker-url.js';

describe('an AMQP URL', () => {
  test('that says nothing means a RabbitMQ of this machine, as it is after installation', () => {
    expect(readBrokerUrl('amqp://')).toEqual({
      isTls: false,
      host: 'localhost',
      port: 5672,
      vhost: '/',
      username: 'guest',
      password: 'guest',
      mechanism: 'PLAIN',
      heartbeatSeconds: 20,
    });
  });

  test('says user, password, host, port and virtual host, each with its escapes', () => {
    expect(readBrokerUrl('amqp://m%40e:p%2Fw%3A@host:1234/a%2Fb')).toMatchObject({
      username: 'm@e',
      password: 'p/w:',
      host: 'host',
      port: 1234,
      vhost: 'a/b',
    });
  });

  test.each(['amqp://u%zz@host', 'amqp://u:100%@host', 'amqp://host/%', 'amqp://u%4:1@host'])(
    '%s may not be, for its % begins no escape',
    (url) => {
      expect(() => readBrokerUrl(url)).toThrow(BrokerUrlError);
      expect(() => readBrokerUrl(url)).toThrow('without a % that begins no escape');
    },
  );

  test('with amqps asks for TLS, whose port is another', () => {
    expect(readBrokerUrl('amqps://host')).toMatchObject({ isTls: true, port: 5671 });
  });

  test.each(['amqp://host', 'amqp://host/', 'amqp://host/%2F'])('%s means the host "/"', (url) => {
    expect(readBrokerUrl(url).vhost).toBe('/');
  });

  test('may name an IPv6 address', () => {
    expect(readBrokerUrl('amqp://[::1]:1')).toMatchObject({ host: '::1', port: 1 });
  });

  test.each([
    ['', 20],
    ['?heartbeat=0', 0],
    ['?heartbeat=65535', 65_535],
  ])('asks with "%s" for %i s between heartbeats', (query, seconds) => {
    expect(readBrokerUrl(`amqp://host${query}`).heartbeatSeconds).toBe(seconds);
  });

  test.each(['-1', '1.5', '65536', 'often', ''])('may not ask for heartbeat=%s', (heartbeat) => {
    const read = () => readBrokerUrl(`amqp://host?heartbeat=${heartbeat}`);
    expect(read).toThrow(BrokerUrlError);
    expect(read).toThrow('heartbeat is in seconds, 0 to 65535');
  });

  test('may leave it to the certificate who the user is, in either case of letters', () => {
    expect(readBrokerUrl('amqps://host?auth_mechanism=external').mechanism).toBe('EXTERNAL');
    expect(readBrokerUrl('amqps://host?auth_mechanism=PLAIN').mechanism).toBe('PLAIN');
  });

  test('may not ask for a mechanism that is not spoken', () => {
    const read = () => readBrokerUrl('amqp://host?auth_mechanism=kerberos');
    expect(read).toThrow(BrokerUrlError);
    expect(read).toThrow('auth_mechanism is plain or external');
  });
});
