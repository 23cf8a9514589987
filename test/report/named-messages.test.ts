import { describe, expect, test } from 'vitest';
import { namedMessages } from '../../src/report/named-messages.js';

function range(first: number, last: number, fromSeconds: number, toSeconds = fromSeconds) {
  return { first, last, fromSeconds, toSeconds };
}

describe('messages are named', () => {
  test('by nothing when none is known', () => {
    expect(namedMessages([])).toBe('');
  });

  test('by their publisher, their sequences, and when they were sent', () => {
    const ranges = [range(17, 17, 3), range(40, 43, 3.5, 4.21)];
    expect(namedMessages([{ publisher: 0, ranges }])).toBe(
      ': publisher 0, sequences 17, 40–43, sent between 3.0 s and 4.2 s',
    );
  });

  test('in the singular when it is one', () => {
    expect(namedMessages([{ publisher: 0, ranges: [range(17, 17, 3.01, 3.04)] }])).toBe(
      ': publisher 0, sequence 17, sent at 3.0 s',
    );
  });

  test('before the start instant with a minus, and never as -0.0', () => {
    expect(namedMessages([{ publisher: 0, ranges: [range(0, 9, -1.26, -0.04)] }])).toBe(
      ': publisher 0, sequences 0–9, sent between -1.3 s and 0.0 s',
    );
  });

  test('up to three ranges, of however many publishers', () => {
    const two = [range(1, 2, 1), range(5, 6, 2)];
    const messages = [3, 7].map((publisher) => ({ publisher, ranges: two }));
    expect(namedMessages(messages)).toBe(
      ': publisher 3, sequences 1–2, 5–6, sent between 1.0 s and 2.0 s; ' +
        'publisher 7, sequences 1–2, sent at 1.0 s; …',
    );
  });

  test('without a promise of more when there are just three', () => {
    const ranges = [range(1, 1, 1), range(5, 5, 1), range(9, 9, 1)];
    expect(namedMessages([{ publisher: 4, ranges }])).toBe(
      ': publisher 4, sequences 1, 5, 9, sent at 1.0 s',
    );
  });

  test('without a moment where an older result does not tell it', () => {
    const older = JSON.parse('[{ "publisher": 4, "ranges": [{ "first": 1, "last": 2 }] }]');
    expect(namedMessages(older)).toBe(': publisher 4, sequences 1–2');
  });
});
