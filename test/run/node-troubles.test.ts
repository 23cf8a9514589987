import { expect, test } from 'vitest';
import { nodeTroubles } from '../../src/run/node-troubles.js';
import { nodeState, seen } from './seen.js';

const alarmed = nodeState('a', { memoryAlarm: true });
const well = nodeState('a');

test('nodes that are well are in no trouble', () => {
  expect(nodeTroubles([seen(1, [well]), seen(2, [well])])).toEqual([]);
});

test('an alarm lasts from when it was first seen to when it was first seen gone', () => {
  const observations = [
    seen(1, [well]),
    seen(2, [alarmed]),
    seen(3, [alarmed]),
    seen(4, [well]),
    seen(5, [well]),
  ];
  expect(nodeTroubles(observations)).toEqual([
    { kind: 'memory-alarm', node: 'a', fromMicros: 2e6, untilMicros: 4e6 },
  ]);
});

test('an alarm that comes again is told again, and has no end when none was seen', () => {
  const observations = [seen(1, [alarmed]), seen(2, [well]), seen(3, [alarmed])];
  expect(nodeTroubles(observations)).toMatchObject([
    { fromMicros: 1e6, untilMicros: 2e6 },
    { fromMicros: 3e6, untilMicros: undefined },
  ]);
});

test('each node has troubles of its own, of each kind', () => {
  const down = nodeState('b', { isRunning: false });
  const full = nodeState('a', { diskAlarm: true });
  expect(nodeTroubles([seen(1, [full, down]), seen(2, [well, down])])).toEqual([
    { kind: 'disk-alarm', node: 'a', fromMicros: 1e6, untilMicros: 2e6 },
    { kind: 'down', node: 'b', fromMicros: 1e6, untilMicros: undefined },
  ]);
});

test('a node that was not told of for a moment is taken to be as it was', () => {
  expect(nodeTroubles([seen(1, [alarmed]), seen(2, []), seen(3, [alarmed])])).toHaveLength(1);
});
