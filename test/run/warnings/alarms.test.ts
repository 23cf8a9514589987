import { expect, test } from 'vitest';
import type { Watched } from '../../../src/observe/watcher.js';
import type { ObservedNode } from '../../../src/result/observed.js';
import { raisedAlarms } from '../../../src/run/warnings/alarms.js';
import { nothingWatched } from '../finished-trial.js';
import { nodeState, seen } from '../seen.js';

function node(name: string, changes: Partial<ObservedNode> = {}): ObservedNode {
  return {
    name,
    memoryUsedBytesMax: 2 ** 30,
    memoryLimitBytes: 2 ** 31,
    diskFreeBytesMin: 2 ** 32,
    diskFreeLimitBytes: 50e6,
    memoryAlarm: false,
    diskAlarm: false,
    leaders: 0,
    ...changes,
  };
}

const instants = { beginMicros: 9e6, startMicros: 10e6, stopMicros: 20e6 };

/** Of a trial that is measured from second 10 to second 20, and saw these nodes in between. */
function texts(...nodes: readonly ObservedNode[]): string[] {
  const states = nodes.map(({ name, memoryAlarm, diskAlarm }) =>
    nodeState(name, { memoryAlarm, diskAlarm }),
  );
  return textsOf([seen(15, states)], nodes);
}

function textsOf(looks: Watched['nodes'], nodes: readonly ObservedNode[]): string[] {
  const watched = { ...nothingWatched, nodes: looks };
  return raisedAlarms({ watched, instants }, { nodes }).map(({ text }) => text);
}

test('nodes without alarms are no reason for a warning', () => {
  expect(texts(node('a'), node('b'))).toEqual([]);
});

test('a memory alarm is told with the node, its limit, what it did, and what to try', () => {
  expect(texts(node('a'), node('b', { memoryAlarm: true }))).toEqual([
    'Memory alarm at b: it used more than 2048 MiB. Raise its vm_memory_high_watermark, or let queues grow less. Meanwhile the cluster blocked whoever published, and throughput is what that left of it.',
  ]);
});

test('alarms of several nodes and kinds are one warning', () => {
  const [text, ...others] = texts(
    node('a', { memoryAlarm: true, memoryLimitBytes: null }),
    node('b', { diskAlarm: true }),
  );
  expect(others).toEqual([]);
  expect(text).toContain('Memory alarm at a: it used more than its limit.');
  expect(text).toContain('Disk alarm at b: less than 48 MiB were free.');
});

test.each([
  ['before the start', [1, 9.5], []],
  ['up to the start', [1, 10], []],
  ['into the window', [1, 10.5], ['Memory alarm at a']],
  ['in the window', [12, 14], ['Memory alarm at a']],
  ['from the window on', [19, 25], ['Memory alarm at a']],
  ['after the stop', [20.5, 25], []],
] as const)(
  'an alarm that was raised %s concerns what was measured or not',
  (_, [from, until], told) => {
    const looks = [
      seen(0, [nodeState('a')]),
      seen(from, [nodeState('a', { memoryAlarm: true })]),
      seen(until, [nodeState('a')]),
    ];
    const found = textsOf(looks, [node('a', { memoryAlarm: true })]);
    expect(found.map((text) => /^[^:]*/.exec(text)?.[0])).toEqual(told);
  },
);
