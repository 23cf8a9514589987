import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokerError, InterruptedError, TestbedError, UsageError } from '../../src/base/errors.js';
import { exitCodeOf, printError } from '../../src/cli/print-error.js';
import { sink } from './sink.js';

beforeEach(() => {
  vi.stubEnv('NO_COLOR', '1');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

function printed(error: unknown, debug = false): string {
  const output = sink();
  printError(error, { stream: output.stream, debug });
  return output.text();
}

describe('an error meant for the user is printed', () => {
  test('with its message alone when it has no hint', () => {
    expect(printed(new BrokerError('no route to broker:5672'))).toBe(
      'error no route to broker:5672\n',
    );
  });

  test('with its hint below it', () => {
    expect(printed(new UsageError('no such file', { hint: 'Is it p.yaml?' }))).toBe(
      'error no such file\nIs it p.yaml?\n',
    );
  });

  test('without the stack of its cause unless that is asked for', () => {
    expect(printed(new BrokerError('closed', { cause: new Error('ECONNRESET') }))).toBe(
      'error closed\n',
    );
  });

  test('with its stack and that of its cause for --debug', () => {
    const text = printed(new BrokerError('closed', { cause: new Error('ECONNRESET') }), true);
    expect(text).toMatch(/^BrokerError: closed\n\s+at /m);
    expect(text).toMatch(/^caused by Error: ECONNRESET\n\s+at /m);
  });
});

describe('a fault of ours is printed', () => {
  test('without its stack, and with how to see it', () => {
    expect(printed(new TypeError('x is not a function'))).toBe(
      'error x is not a function\nThis is a fault of rmqbench; --debug shows where it arose.\n',
    );
  });

  test('with its stack for --debug', () => {
    expect(printed(new TypeError('oops'), true)).toMatch(/^TypeError: oops\n\s+at /m);
  });

  test('also when it is no error at all', () => {
    expect(printed('just text', true)).toBe(
      'error just text\nThis is a fault of rmqbench; --debug shows where it arose.\n',
    );
  });
});

describe('an error ends with the exit code', () => {
  test.each([
    [new UsageError('a'), 2],
    [new BrokerError('a'), 3],
    [new TestbedError('a'), 3],
    [new InterruptedError('a'), 130],
    [new TypeError('a'), 1],
    ['text', 1],
  ])('of its kind: %s', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});
