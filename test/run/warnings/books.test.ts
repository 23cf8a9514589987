import { describe, expect, test } from 'vitest';
import { firstText, kinds } from './judged.js';

describe('an unfinished drain', () => {
  test.each([
    [0, []],
    [1, ['left-in-queues']],
  ])('is one that leaves messages queued: %d', (leftInQueues, expected) => {
    expect(kinds({ ledger: { leftInQueues } })).toEqual(expected);
  });

  test('is told with how many there were', () => {
    const ledger = { leftInQueues: 12_345 };
    expect(firstText({ ledger })).toMatch(/^12\.3k messages still queued/);
  });

  test('is also one with a queue that could not be asked', () => {
    const ledger = { uncountedQueues: 2 };
    expect(kinds({ ledger })).toEqual(['left-in-queues']);
    expect(firstText({ ledger })).toMatch(/^2 queues could not be asked.*upper bound/);
  });

  test('is told once when there are both', () => {
    const ledger = { leftInQueues: 1, uncountedQueues: 1 };
    expect(kinds({ ledger })).toEqual(['left-in-queues']);
    expect(firstText({ ledger })).toMatch(/^1 message still queued .* and 1 queue could not/);
  });
});

test('messages of somebody else are told with their number', () => {
  const ledger = { foreign: 3 };
  expect(kinds({ ledger })).toEqual(['foreign-messages']);
  expect(firstText({ ledger })).toMatch(/^3 messages came that this trial did not publish/);
});
