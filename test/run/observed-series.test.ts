import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Watched } from '../../src/observe/watcher.js';
import { momentsMax, observedSeries } from '../../src/run/observed-series.js';
import { nothingWatched } from './finished-trial.js';
import { nodeState, nodeUse, seen } from './seen.js';

/** Of a trial whose start instant is second 10. */
function series(watched: Partial<Watched>) {
  return observedSeries({ ...nothingWatched, ...watched }, 10e6);
}

function depth(ready: number | null, unacknowledged: number | null = 0) {
  return { ready, unacknowledged, leaders: new Map<string, number>() };
}

test('what nobody watched has no moments', () => {
  expect(series({})).toEqual({
    queueDepth: { atSeconds: [], readyMessages: [], unacknowledgedMessages: [] },
    memoryUsedShare: { atSeconds: [], byNode: {} },
    cpuCores: { atSeconds: [], byProcess: {} },
  });
});

describe('the depth of the queues', () => {
  test('stands at the moments when it was seen, from the start instant', () => {
    const queues = [seen(8.5, depth(0)), seen(9.5, depth(7, 1)), seen(11.25, depth(9, 2))];
    expect(series({ queues }).queueDepth).toEqual({
      atSeconds: [-1.5, -0.5, 1.25],
      readyMessages: [0, 7, 9],
      unacknowledgedMessages: [0, 1, 2],
    });
  });

  test('is null where it was not known', () => {
    const queues = [seen(8, depth(null, null)), seen(9, depth(7, 1))];
    expect(series({ queues }).queueDepth).toMatchObject({
      readyMessages: [null, 7],
      unacknowledgedMessages: [null, 1],
    });
  });

  test('keeps its peak, in no more moments than a result has room for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 1, maxLength: 1000 }), (depths) => {
        const queues = depths.map((ready, i) => seen(i, depth(ready)));
        const { atSeconds, readyMessages } = series({ queues }).queueDepth;
        expect(readyMessages.length).toBeLessThanOrEqual(momentsMax);
        expect(atSeconds).toHaveLength(readyMessages.length);
        expect(Math.max(...readyMessages.map((ready) => ready ?? -1))).toBe(Math.max(...depths));
        expect(atSeconds.at(-1)).toBe(depths.length - 1 - 10);
      }),
      { numRuns: 50 },
    );
  });
});

test('memory is told as a share of its limit by node, and is null where a node did not tell', () => {
  const nodes = [
    seen(10, [nodeState('a'), nodeState('b', { memoryUsedBytes: 500 })]),
    seen(11, [nodeState('a', { memoryUsedBytes: 900 }), nodeState('b', { memoryUsedBytes: null })]),
    seen(12, [nodeState('a', { memoryLimitBytes: null })]),
  ];
  expect(series({ nodes }).memoryUsedShare).toEqual({
    atSeconds: [0, 1, 2],
    byNode: { a: [0.2, 0.9, null], b: [0.5, null, null] },
  });
});

describe('CPU time', () => {
  test('is told as cores that were in use since the moment before', () => {
    const processes = [
      seen(10, [nodeUse('a', 1), nodeUse('b', 1)]),
      seen(11, [nodeUse('a', 1.5), nodeUse('b', 1)]),
      seen(13, [nodeUse('a', 2.5)]),
    ];
    expect(series({ processes }).cpuCores).toEqual({
      atSeconds: [1, 3],
      byProcess: { a: [0.5, 0.5], b: [0, null] },
    });
  });

  test('keeps its peak, however many moments are kept', () => {
    // Busy and idle in turn, for a second each.
    const processes = Array.from({ length: 2 * momentsMax }, (_, i) =>
      seen(i, [nodeUse('a', Math.ceil(i / 2))]),
    );
    const { byProcess } = series({ processes }).cpuCores;
    expect(new Set(byProcess['a'])).toEqual(new Set([1]));
  });

  test('adds up to the same however many moments are kept', () => {
    const total = 2 * momentsMax + 1;
    const processes = Array.from({ length: total }, (_, i) => seen(i, [nodeUse('a', i / 4)]));
    const { byProcess, atSeconds } = series({ processes }).cpuCores;
    expect(atSeconds.length).toBeLessThanOrEqual(momentsMax);
    expect(new Set(byProcess['a'])).toEqual(new Set([0.25]));
  });
});
