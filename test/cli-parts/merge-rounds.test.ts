import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeRounds } from '../../src/cli/merge-rounds.js';
import type { CeilingFigures } from '../../src/result/generator-ceiling.js';

const ceiling = { mode: 'publish', payloadBytes: 12 } as const;

function figures(messagesPerSecond: number, cpuMicrosPerMessage: number): CeilingFigures {
  return { messagesPerSecond, cpuMicrosPerMessage };
}

describe('a ceiling of several rounds', () => {
  test('has the median of each figure, whichever round it is from', () => {
    const rounds = [figures(10, 5), figures(30, 4), figures(20, 9)];
    expect(mergeRounds(ceiling, rounds)).toEqual({
      ...ceiling,
      messagesPerSecond: 20,
      cpuMicrosPerMessage: 5,
      perRound: rounds,
    });
  });

  test('has of two rounds what lies between them', () => {
    const rounds = [figures(10, 5), figures(20, 6)];
    expect(mergeRounds(ceiling, rounds)).toMatchObject({
      messagesPerSecond: 15,
      cpuMicrosPerMessage: 5.5,
    });
  });

  test('has of a loop what was published, too', () => {
    const rounds = [11, 31, 21].map((publishedPerSecond) => ({
      ...figures(10, 5),
      publishedPerSecond,
    }));
    expect(mergeRounds({ mode: 'loop', payloadBytes: 12 }, rounds)).toMatchObject({
      publishedPerSecond: 21,
    });
  });

  test('does not depend on the order of the rounds', () => {
    const positive = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
    const round = fc.tuple(positive, positive).map(([rate, cpu]) => figures(rate, cpu));
    fc.assert(
      fc.property(fc.array(round, { minLength: 1, maxLength: 9 }), (rounds) => {
        const { perRound: _, ...forward } = mergeRounds(ceiling, rounds);
        const { perRound: __, ...backward } = mergeRounds(ceiling, [...rounds].reverse());
        expect(forward).toEqual(backward);
      }),
    );
  });
});
