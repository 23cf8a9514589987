import { describe, expect, test } from 'vitest';
import { hostAndPort, userOf, withoutCredentials } from '../../src/base/address.js';

describe('host and port of an address', () => {
  test.each([
    ['amqp://lb:5673/vhost', 'lb:5673'],
    ['amqp://lb', 'lb:5672'],
    ['amqps://lb/vhost', 'lb:5671'],
    ['http://lb/api', 'lb:80'],
    ['https://lb/api', 'lb:443'],
    ['amqp://[::1]:5673', '[::1]:5673'],
  ])('%s is %s', (url, text) => {
    expect(hostAndPort(url)).toBe(text);
  });

  test('hold neither user nor password', () => {
    expect(hostAndPort('amqp://user:secret@lb:5673')).toBe('lb:5673');
  });
});

describe('the user of an address', () => {
  test('is the one that it names', () => {
    expect(userOf('amqp://someone:secret@lb')).toBe('someone');
  });

  test('is decoded', () => {
    expect(userOf('amqp://some%40one:secret@lb')).toBe('some@one');
  });

  test('is guest when it names none', () => {
    expect(userOf('amqp://lb')).toBe('guest');
  });
});

describe('an address without credentials', () => {
  test.each(['amqp', 'amqps', 'http', 'https'])('keeps all the rest (%s)', (protocol) => {
    const bare = withoutCredentials(`${protocol}://user:secret@lb:1234/a%2Fb`);
    expect(bare).toBe(`${protocol}://lb:1234/a%2Fb`);
  });

  test('is the address itself when it had none', () => {
    expect(withoutCredentials('amqp://lb:5673/vhost')).toBe('amqp://lb:5673/vhost');
  });
});
