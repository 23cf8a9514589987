import { describe, expect, test } from 'vitest';
import { trialStories } from '../../src/report/event-lines.js';
import type { Trial, TrialEvent } from '../../src/result/result.js';
import { exampleCase, exampleTrial } from '../support/example-result.js';

function eventAt(atSeconds: number): TrialEvent {
  return { atSeconds, untilSeconds: null, kind: 'connections-lost', text: 'something', count: 1 };
}

function storiesOf(...trials: Partial<Trial>[]) {
  const ofCase = trials.map((changes, i) => exampleTrial(10, { round: i + 1, ...changes }));
  return trialStories([exampleCase('a', [], { trials: ofCase })]);
}

describe('the events of a trial', () => {
  test('are told with their moments, below the case and the round', () => {
    expect(storiesOf({}, { events: [eventAt(-0.5), eventAt(4.16)] })).toEqual([
      { head: 'what happened in a round 2:', lines: ['-0.5 s: something', '4.2 s: something'] },
    ]);
  });

  test.each([
    [6, 0],
    [7, 1],
    [20, 14],
  ])('are told up to six of %d, and %d more are counted', (count, further) => {
    const events = Array.from({ length: count }, (_, i) => eventAt(i));
    const lines = storiesOf({ events })[0]?.lines ?? [];
    expect(lines.filter((line) => line.endsWith('something'))).toHaveLength(6);
    expect(lines.slice(6)).toEqual(further > 0 ? [`… and ${further} more, in the result`] : []);
  });
});
