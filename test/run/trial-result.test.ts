import { describe, expect, test } from 'vitest';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { toTrial } from '../../src/run/trial-result.js';
import { consumerRecord, encoded, finishedTrial, publisherRecord } from './finished-trial.js';

function plain(...sequences: readonly number[]) {
  const set = new SequenceSet();
  for (const sequence of sequences) set.add(sequence);
  return set.toPlain();
}

describe('a trial of the result', () => {
  test('has as throughput what all threads counted in the window, by the second', () => {
    const { throughput } = toTrial(
      finishedTrial('name: a', {
        publishers: [
          publisherRecord({ publishedInWindow: 100, confirmedInWindow: 60 }),
          publisherRecord({ publishedInWindow: 50, confirmedInWindow: 40 }),
        ],
        consumers: [
          consumerRecord({ consumedInWindow: 70, consumedBytesInWindow: 7000 }),
          consumerRecord({ consumedInWindow: 20, consumedBytesInWindow: 2000 }),
        ],
      }),
    );
    expect(throughput).toEqual({
      publishedPerSecond: 15,
      confirmedPerSecond: 10,
      consumedPerSecond: 9,
      consumedBytesPerSecond: 900,
    });
  });

  test('has the latencies of all threads, and no others', () => {
    const { latencyMicros } = toTrial(
      finishedTrial('name: a', {
        publishers: [publisherRecord({ confirmService: encoded(7) })],
        consumers: [
          consumerRecord({ service: encoded(5) }),
          consumerRecord({ service: encoded(6) }),
        ],
      }),
    );
    expect(Object.keys(latencyMicros).sort()).toEqual(['confirmService', 'service']);
    expect(latencyMicros.service).toMatchObject({ count: 2, min: 5, max: 6 });
  });

  test('costs so much of the generator for each message sent and received', () => {
    const publishers = [publisherRecord({ publishedInWindow: 700 })];
    const consumers = [consumerRecord({ consumedInWindow: 300 })];
    const { cost } = toTrial(finishedTrial('name: a', { cpuMicros: 4000, publishers, consumers }));
    expect(cost.generatorCpuMicrosPerMessage).toBeCloseTo(8);
  });

  test('costs an unknown amount when nothing was sent or received', () => {
    expect(toTrial(finishedTrial()).cost.generatorCpuMicrosPerMessage).toBeNull();
  });

  test.each([
    ['a busy generator', { loopUtilization: 0.95 }, 0, false],
    ['clocks that disagree', { negativeLatencies: 1 }, 0, false],
    ['messages left in queues', {}, 10, true],
    ['nothing odd', {}, 0, true],
  ])('with %s is valid or not', (_, record, leftInQueues, valid) => {
    const consumers = [consumerRecord(record)];
    expect(toTrial(finishedTrial('name: a', { consumers, leftInQueues })).valid).toBe(valid);
  });

  test('closes the books over all threads: what one of them got is not lost', () => {
    const account = { publisher: 0, published: 4, nacked: 0, inDoubt: 0 };
    const delivery = { publisher: 0, redelivered: 0, repeated: 0, again: plain() };
    const { ledger } = toTrial(
      finishedTrial('name: a', {
        publishers: [publisherRecord({ accounts: [{ ...account, confirmed: plain(0, 1, 2, 3) }] })],
        consumers: [
          consumerRecord({ accounts: [{ ...delivery, delivered: 1, first: plain(0) }] }),
          consumerRecord({ accounts: [{ ...delivery, delivered: 2, first: plain(2, 3) }] }),
        ],
      }),
    );
    expect(ledger).toMatchObject({
      lostBasis: 'confirmed',
      lost: 1,
      lostMessages: [{ publisher: 0, ranges: [{ first: 1, last: 1 }] }],
    });
  });

  test('without confirms holds the broker to what was published', () => {
    const { ledger } = toTrial(finishedTrial('name: a\npublishers: { confirm: none }'));
    expect(ledger.lostBasis).toBe('published');
  });
});
