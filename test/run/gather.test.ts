import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareReason, gather } from '../../src/run/gather.js';

function at(fromMicros: number, reason = 'gone') {
  return { fromMicros, reason };
}

function sizes(...occurrences: readonly ReturnType<typeof at>[]): number[] {
  return gather(occurrences).map(({ length }) => length);
}

describe('what happened is gathered', () => {
  test('when it began within a second of the first', () => {
    expect(sizes(at(0), at(1e6), at(400_000))).toEqual([3]);
  });

  test('and no further: a second after the first another begins', () => {
    expect(sizes(at(0), at(1e6), at(1_000_001), at(1_900_000))).toEqual([2, 2]);
  });

  test('by reason, also when two mix in time', () => {
    expect(sizes(at(0, 'a'), at(1, 'b'), at(2, 'a'), at(3, 'b'))).toEqual([2, 2]);
  });

  test.each([
    ['lost the connection to h:5672: reset', 'lost the connection to h:5673: reset'],
    ['lost the connection to h:5672: reset', 'reset'],
    ['cancelled the consumer of queue "a" at h:1', 'cancelled the consumer of queue "b" at h:2'],
  ])('by reason without addresses and names: %s', (one, other) => {
    expect(sizes(at(0, one), at(1, other))).toEqual([2]);
  });

  test('as one when sockets ended without a word, however each of them noticed', () => {
    const noticed = [
      'lost the connection to h:5672: read ECONNRESET',
      'lost the connection to h:5672: write EPIPE',
      'lost the connection to h:5672: the broker closed the connection without a word',
      'lost the connection to h:5672: Unexpected close',
    ];
    expect(sizes(...noticed.map((reason, i) => at(i, reason)))).toEqual([4]);
  });

  test('without losing one, each group in the order of its beginning', () => {
    const occurrence = fc.record({
      fromMicros: fc.integer({ min: 0, max: 5e6 }),
      reason: fc.constantFrom('a', 'b'),
    });
    fc.assert(
      fc.property(fc.array(occurrence), (occurrences) => {
        const groups = gather(occurrences);
        expect(new Set(groups.flat())).toEqual(new Set(occurrences));
        expect(groups.flat()).toHaveLength(occurrences.length);
        for (const group of groups) {
          const moments = group.map(({ fromMicros }) => fromMicros);
          expect(moments).toEqual([...moments].sort((a, b) => a - b));
          expect((moments.at(-1) ?? 0) - (moments[0] ?? 0)).toBeLessThanOrEqual(1e6);
          expect(new Set(group.map(({ reason }) => reason)).size).toBe(1);
        }
      }),
    );
  });
});

describe('a reason is told', () => {
  test('without what every lost connection begins with', () => {
    expect(bareReason('lost the connection to h:5672: socket closed')).toBe('socket closed');
  });

  test('without credentials', () => {
    expect(bareReason('cannot reach amqp://me:se@cret@h:5672/v')).toBe(
      'cannot reach amqp://h:5672/v',
    );
  });
});
