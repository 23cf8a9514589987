import { expect, test } from 'vitest';
import { consumerRecord } from './finished-trial.js';
import { kinds, warnings } from './warnings/judged.js';

test('a trial in which all went well has no warnings', () => {
  expect(warnings({})).toEqual([]);
});

test('a trial has every warning whose condition holds, the gravest first', () => {
  const given = {
    profile: 'name: a\npublishers: { rate: 10/s }',
    finished: { consumers: [consumerRecord({ loopUtilization: 1, negativeLatencies: 1 })] },
    perSecond: 1,
    throughput: { offeredPerSecond: 10 },
    ledger: { leftInQueues: 1 },
  };
  expect(kinds(given)).toEqual(['generator-busy', 'clock', 'rate-missed', 'left-in-queues']);
});
