import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { filterCases } from '../../src/plan/case-filter.js';
import { profileCase } from '../support/settings.js';

const cases = [
  profileCase({ 'queues.mirrors': 'none', 'consumers.prefetch': 1 }),
  profileCase({ 'queues.mirrors': 'none', 'consumers.prefetch': 10 }),
  profileCase({ 'queues.mirrors': { exactly: 2 }, 'consumers.prefetch': 1 }),
  profileCase({ 'queues.mirrors': { exactly: 2 }, 'consumers.prefetch': 10 }),
];

/** What the cases that are kept vary. */
function kept(...filters: string[]): number[] {
  return filterCases(cases, filters).map((one) => cases.indexOf(one));
}

/** The error with which a filter is refused. */
function refusal(filter: string, among = cases): unknown {
  try {
    filterCases(among, [filter]);
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

describe('a filter', () => {
  test('keeps the cases that it is true of', () => {
    expect(kept('queues.mirrors=none')).toEqual([0, 1]);
  });

  test('may name the path by its last words', () => {
    expect(kept('mirrors=none')).toEqual([0, 1]);
  });

  test('compares numbers as they are written', () => {
    expect(kept('prefetch=1')).toEqual([0, 2]);
  });

  test('compares maps as names of cases write them', () => {
    expect(kept('mirrors=exactly 2')).toEqual([2, 3]);
  });

  test('keeps every case when there is none', () => {
    expect(kept()).toEqual([0, 1, 2, 3]);
  });

  test('must hold together with all the others', () => {
    expect(kept('mirrors=none', 'prefetch=10')).toEqual([1]);
  });

  test('is refused when together with another it leaves nothing', () => {
    expect(() => kept('prefetch=1', 'prefetch=10')).toThrow('no case is true of every --only');
  });

  test('may have a value with an equals sign in it', () => {
    const odd = [
      profileCase({ 'queues.arguments.x': 'a=b' }),
      profileCase({ 'queues.arguments.x': 'a' }),
    ];
    expect(filterCases(odd, ['x=a=b'])).toEqual([odd[0]]);
  });
});

describe('a filter is refused', () => {
  test.each(['mirrors', ''])('if it is not a path and a value: "%s"', (filter) => {
    expect(refusal(filter)).toBeInstanceOf(UsageError);
    expect(refusal(filter)).toMatchObject({ message: expect.stringContaining('path=value') });
  });

  test.each(['mirrors=some', 'prefetch=100', 'prefetch=', 'fetch=1', 'queues=none', '=none'])(
    'if it is true of no case: %s',
    (filter) => {
      expect(refusal(filter)).toBeInstanceOf(UsageError);
      expect(refusal(filter)).toMatchObject({ message: expect.stringContaining(filter) });
    },
  );

  test('with all the choices, each once', () => {
    expect(refusal('mirrors=some')).toMatchObject({
      hint: 'It varies queues.mirrors: none, exactly 2; consumers.prefetch: 1, 10.',
    });
  });

  test('with a word that there is no choice when nothing varies', () => {
    expect(refusal('mirrors=none', [profileCase({})])).toMatchObject({
      hint: 'This profile varies nothing.',
    });
  });
});
