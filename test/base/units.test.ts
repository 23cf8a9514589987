import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatMicros,
  formatWait,
  parseDurationMicros,
  parseRatePerSecond,
  parseSizeBytes,
} from '../../src/base/units.js';

/** Texts that are no quantity of any kind. */
const refused = ['', '10', 's', ' 1s', '1s ', '1 s', '-1s', '+1s', '1.s', '.5s', '1,5s', '1e3s'];

describe('a duration', () => {
  test.each([
    ['0s', 0],
    ['7us', 7],
    ['7µs', 7],
    ['20ms', 20_000],
    ['10s', 10_000_000],
    ['1.5m', 90_000_000],
    ['2h', 7_200_000_000],
  ])('written as %s is %d µs', (text, micros) => {
    expect(parseDurationMicros(text)).toBe(micros);
  });

  test.each([...refused, '1S', '1d', '1sec', '1B', '1m30s', '1s\n'])(
    'is not read from "%s"',
    (text) => {
      expect(parseDurationMicros(text)).toBeUndefined();
    },
  );

  test('is its number times its unit', () => {
    const units = fc.constantFrom<[string, number]>(
      ['us', 1],
      ['µs', 1],
      ['ms', 1000],
      ['s', 1e6],
      ['m', 60e6],
      ['h', 3600e6],
    );
    fc.assert(
      fc.property(fc.nat(1_000_000), units, (number, [unit, micros]) => {
        expect(parseDurationMicros(`${number}${unit}`)).toBe(number * micros);
      }),
    );
  });

  test('may have a decimal fraction', () => {
    fc.assert(
      fc.property(fc.nat(99_999), (thousandths) => {
        const text = `${(thousandths / 1000).toFixed(3)}s`;
        expect(parseDurationMicros(text)).toBeCloseTo(thousandths * 1000, 3);
      }),
    );
  });
});

describe('a size', () => {
  test.each([
    ['12B', 12],
    ['2kB', 2000],
    ['2MB', 2_000_000],
    ['1KiB', 1024],
    ['1.5MiB', 1_572_864],
    ['0.5KiB', 512],
  ])('written as %s is %d bytes', (text, bytes) => {
    expect(parseSizeBytes(text)).toBe(bytes);
  });

  test.each([...refused, '1K', '1KB', '1kb', '1kib', '1GiB', '1b', '1s'])(
    'is not read from "%s"',
    (text) => {
      expect(parseSizeBytes(text)).toBeUndefined();
    },
  );

  test.each(['0.5B', '0.1KiB', '1.0001kB'])(
    'is not read from %s, which is a part of a byte',
    (text) => {
      expect(parseSizeBytes(text)).toBeUndefined();
    },
  );

  test('is its number times its unit', () => {
    const units = fc.constantFrom<[string, number]>(
      ['B', 1],
      ['kB', 1000],
      ['MB', 1e6],
      ['KiB', 1024],
      ['MiB', 1024 * 1024],
    );
    fc.assert(
      fc.property(fc.nat(1_000_000), units, (number, [unit, bytes]) => {
        expect(parseSizeBytes(`${number}${unit}`)).toBe(number * bytes);
      }),
    );
  });

  test('is read from kilobytes with three decimals, for these are whole bytes', () => {
    fc.assert(
      fc.property(fc.nat(99_999), (bytes) => {
        expect(parseSizeBytes(`${(bytes / 1000).toFixed(3)}kB`)).toBe(bytes);
      }),
      { examples: [[1001]] },
    );
  });
});

describe('a rate', () => {
  test.each([
    ['250/s', 250],
    ['0.5/s', 0.5],
    ['5k/s', 5000],
    ['1.35M/s', 1_350_000],
  ])('written as %s is %d messages per second', (text, perSecond) => {
    expect(parseRatePerSecond(text)).toBe(perSecond);
  });

  test.each([...refused, '5k', '5K/s', '5/m', '5 /s', '/s', 'k/s', '-5/s', '5kk/s'])(
    'is not read from "%s"',
    (text) => {
      expect(parseRatePerSecond(text)).toBeUndefined();
    },
  );

  test('is its number times its unit', () => {
    const units = fc.constantFrom<[string, number]>(['', 1], ['k', 1000], ['M', 1e6]);
    fc.assert(
      fc.property(fc.nat(1_000_000), units, (number, [unit, factor]) => {
        expect(parseRatePerSecond(`${number}${unit}/s`)).toBe(number * factor);
      }),
    );
  });
});

test('any text is read as a quantity that is not negative, or not at all', () => {
  const nearly = fc.stringMatching(/^[-+.0-9e]{0,6}(us|ms|s|m|h|B|KiB|k\/s|\/s)?$/);
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      for (const parse of [parseDurationMicros, parseSizeBytes, parseRatePerSecond]) {
        expect(parse(text) ?? 0).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

describe('a duration is written with three digits', () => {
  test.each([
    [0, '0 µs'],
    [870, '870 µs'],
    [999.4, '999 µs'],
    [999.5, '1.00 ms'],
    [1234, '1.23 ms'],
    [9994, '9.99 ms'],
    [9995, '10.0 ms'],
    [99_940, '99.9 ms'],
    [99_950, '100 ms'],
    [999_499, '999 ms'],
    [999_500, '1.00 s'],
    [12_345_678, '12.3 s'],
    [3_600_000_000, '3600 s'],
  ])('%d µs as %s', (micros, text) => {
    expect(formatMicros(micros)).toBe(text);
  });

  test('so that reading it again is off by no more than half of the third digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 999_000_000 }), (micros) => {
        const again = parseDurationMicros(formatMicros(micros).replace(' ', '')) ?? Number.NaN;
        expect(Math.abs(again - micros) / micros).toBeLessThanOrEqual(0.00501);
      }),
    );
  });
});

describe('a count is written', () => {
  test.each([
    [0, '0'],
    [0.1, '0.10'],
    [2, '2'],
    [8.333, '8.33'],
    [9.994, '9.99'],
    [9.995, '10'],
    [870, '870'],
    [9999.4, '9999'],
    [9999.5, '10.0k'],
    [12_345, '12.3k'],
    [99_950, '100k'],
    [999_499, '999k'],
    [999_500, '1.00M'],
    [1_350_000, '1.35M'],
  ])('%d as %s', (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe('a wait is written', () => {
  test.each([
    [-3, '0s'],
    [0, '0s'],
    [0.1, '1s'],
    [48, '48s'],
    [59.5, '1m 0s'],
    [200, '3m 20s'],
    [3599, '59m 59s'],
    [3600, '1h 0m'],
    [3900, '1h 5m'],
  ])('%d seconds as %s', (seconds, text) => {
    expect(formatWait(seconds)).toBe(text);
  });
});

describe('bytes', () => {
  test.each([
    [0, '0 B'],
    [12, '12 B'],
    [1000, '1000 B'],
    [1024, '1 KiB'],
    [1536, '1536 B'],
    [65_536, '64 KiB'],
    [2 * 1024 ** 2, '2 MiB'],
  ])('%d are written as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('are read again as they were, without the space', () => {
    fc.assert(
      fc.property(fc.nat(), (bytes) => {
        expect(parseSizeBytes(formatBytes(bytes).replace(' ', ''))).toBe(bytes);
      }),
    );
  });
});
