import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { logTail, saysPortIsTaken } from '../../src/testbed/log-tail.js';
import { temporaryStateRoot } from './support/sleeping-testbed.js';

function logOf(text: string): string {
  const file = join(temporaryStateRoot(), 'node.log');
  writeFileSync(file, text);
  return file;
}

test('the tail of a log is its last lines', () => {
  const lines = Array.from({ length: 40 }, (_, i) => `line ${i + 1}`);
  const tail = logTail(logOf(`${lines.join('\n')}\n\n`));
  expect(tail.split('\n')).toEqual(lines.slice(-15));
});

test('the tail of a huge log is read from its end alone', () => {
  expect(logTail(logOf(`${'x'.repeat(5_000_000)}\nthe end\n`), 1)).toBe('the end');
});

test('a log that does not exist has an empty tail', () => {
  expect(logTail('/nowhere/node.log')).toBe('');
});

test.each([
  ['an Erlang node', '{acceptor,{127,0,0,1},27201},\n eaddrinuse}}}'],
  ['HAProxy', 'Starting frontend amqp: cannot bind socket (Address already in use)'],
  ['epmd', 'epmd: there is already a epmd running at port 27000'],
])('a taken port is seen in the log of %s', (_, text) => {
  expect(saysPortIsTaken(logOf(text))).toBe(true);
});

test('another failure is not taken for a taken port', () => {
  expect(saysPortIsTaken(logOf('BOOT FAILED: no space left on device'))).toBe(false);
});
