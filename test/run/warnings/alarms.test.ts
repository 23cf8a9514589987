import { expect, test } from 'vitest';
import type { ObservedNode } from '../../../src/result/observed.js';
import { raisedAlarms } from '../../../src/run/warnings/alarms.js';
import { exampleObserved } from '../../support/example-result.js';

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

function texts(...nodes: readonly ObservedNode[]): string[] {
  return raisedAlarms(exampleObserved({ nodes })).map(({ text }) => text);
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
