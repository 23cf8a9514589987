// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a profile names a variable.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ProfileError } from '../../src/profile/profile-error.js';
import { read } from './reading.js';

/** Whether the text is a profile or is refused as one; anything else is thrown on. */
function isReadOrRefused(text: string, overrides: string[] = []): boolean {
  try {
    read(text, { overrides });
  } catch (thrown) {
    if (!(thrown instanceof ProfileError)) throw thrown;
    return thrown.problems.length > 0;
  }
  return true;
}

const keys = [
  ...['name', 'target', 'url', 'testbed', 'nodes', 'queues', 'mirrors', 'exactly', 'publishers'],
  ...[
    'rate',
    'total',
    'each',
    'ofCapacity',
    'for',
    'from',
    'confirm',
    'vary',
    'include',
    'exclude',
    'queues.mirrors',
    'claims',
    'ratio',
  ],
  ...['window', 'transaction', 'consumers', 'ack', 'nack', 'share', 'work', 'prefetch'],
];

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      'none',
      'all',
      'a',
      '1KiB',
      '10s',
      '5%',
      '${X}',
      'amqp://h',
      null,
      true,
      0,
      1,
      7,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
  ),
})).value;

test('any text is read or refused', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => isReadOrRefused(text)));
});

test('anything in the keys of a profile is read or refused', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), values), (profile) =>
      isReadOrRefused(stringify({ ...profile, name: 'a' })),
    ),
  );
});

test('any --set is read or refused', () => {
  const path = fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(path, values, (steps, value) =>
      isReadOrRefused('name: a', [`${steps.join('.')}=${JSON.stringify(value)}`]),
    ),
  );
  fc.assert(fc.property(fc.string(), (text) => isReadOrRefused('name: a', [text])));
});

test.each([100, 1000, 3000, 100_000])('lists %d deep are refused', (depth) => {
  const text = `name: a\nvary: ${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(isReadOrRefused(text)).toBe(true);
});
