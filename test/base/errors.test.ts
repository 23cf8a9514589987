import { describe, expect, test } from 'vitest';
import {
  BrokerError,
  InterruptedError,
  messageOf,
  TestbedError,
  UsageError,
} from '../../src/base/errors.js';

describe('an error meant for the user', () => {
  test.each([
    ['UsageError', new UsageError('a'), 2],
    ['BrokerError', new BrokerError('a'), 3],
    ['TestbedError', new TestbedError('a'), 3],
    ['InterruptedError', new InterruptedError('a'), 130],
  ])('%s bears its name and ends the process with its own status', (name, error, exitCode) => {
    expect(error).toMatchObject({ name, exitCode });
  });

  test('keeps its message, its hint and its cause', () => {
    const cause = new Error('disk full');
    const error = new UsageError('cannot write', { hint: 'Try --out.', cause });
    expect(error).toMatchObject({ message: 'cannot write', hint: 'Try --out.', cause });
  });

  test('has no hint and no cause when none was given', () => {
    const error = new UsageError('cannot write');
    expect(error.hint).toBeUndefined();
    expect(Object.hasOwn(error, 'cause')).toBe(false);
  });
});

describe('the message of anything thrown', () => {
  test.each([
    [new Error('broken'), 'broken'],
    [Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new RangeError(), 'RangeError'],
    ['a text', 'a text'],
    [42, '42'],
    [undefined, 'undefined'],
  ])('%s is %s', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message);
  });
});
