import { describe, expect, test } from 'vitest';
import { capacityOf, caseName, varyLabels, varyText } from '../../src/base/vary-text.js';

describe('the label of a path', () => {
  test('is its last word', () => {
    expect(varyLabels(['queues.mirrors', 'publishers.confirm.window', 'client'])).toEqual([
      'mirrors',
      'window',
      'client',
    ]);
  });

  test('is the whole path where two would read the same', () => {
    expect(varyLabels(['publishers.count', 'consumers.count', 'queues.mirrors'])).toEqual([
      'publishers.count',
      'consumers.count',
      'mirrors',
    ]);
  });
});

describe('a varied value is written', () => {
  test.each([
    ['all', 'all'],
    [true, 'true'],
    [100, '100'],
    [null, 'null'],
    [{ exactly: 2 }, 'exactly 2'],
    [{ window: 5, of: 'x' }, 'window 5 of x'],
    [{ total: '1k/s' }, 'total 1k/s'],
    [
      {
        total: [
          { for: '10s', rate: 0 },
          { for: '30s', from: '1k/s', to: '9k/s' },
        ],
      },
      'total for 10s rate 0, for 30s from 1k/s to 9k/s',
    ],
  ])('%j as %s', (value, text) => {
    expect(varyText(value)).toBe(text);
  });
});

describe('the name of a case', () => {
  test('tells all that varies, in its order', () => {
    const vary = { 'queues.mirrors': { exactly: 2 }, 'consumers.prefetch': 100 };
    expect(caseName(vary)).toBe('mirrors=exactly 2 prefetch=100');
  });

  test('keeps paths apart that end with the same word', () => {
    const vary = { 'publishers.count': 1, 'consumers.count': 2 };
    expect(caseName(vary)).toBe('publishers.count=1 consumers.count=2');
  });

  test('is "default" when nothing varies', () => {
    expect(caseName({})).toBe('default');
  });
});

test('a capacity is named by the cases that share it, unless all do', () => {
  expect([capacityOf(caseName({ a: 1 })), capacityOf(caseName({}))]).toEqual([
    'capacity of a=1',
    'capacity',
  ]);
});
