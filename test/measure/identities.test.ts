import { describe, expect, test } from 'vitest';
import { balance } from '../../src/measure/balance.js';
import {
  type LedgerContext,
  type MessagesOfPublisher,
  type PublisherAccount,
  rangesMax,
} from '../../src/measure/ledger.js';
import { SequenceBag } from '../../src/measure/sequence-bag.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { SequenceTimes } from '../../src/measure/sequence-times.js';
import { setOf } from './sequences.js';

const context: LedgerContext = {
  confirms: true,
  unroutable: new Set(),
  leftInQueues: 0,
  uncountedQueues: 0,
  foreign: 0,
  startMicros: 2_000_000,
};

/** A publisher that sent a message every 100 ms from 1 s on, all of them confirmed. */
function publisherOf(publisher: number, published: number): PublisherAccount {
  const sentAt = new SequenceTimes();
  for (let i = 0; i < published; i++) sentAt.note(i, 1_000_000 + i * 100_000);
  return {
    publisher,
    published,
    confirmed: SequenceSet.below(published),
    nacked: 0,
    returned: new SequenceSet(),
    republished: SequenceBag.empty(),
    inDoubt: 0,
    sentAt,
  };
}

/** What is said to be lost when of each publisher these messages came. */
function lostMessages(
  publishers: readonly PublisherAccount[],
  came: readonly (readonly number[])[],
): readonly MessagesOfPublisher[] {
  const deliveries = came.map((sequences, i) => {
    const plain = SequenceBag.empty();
    for (const one of sequences) plain.add(one);
    return {
      publisher: publishers[i]?.publisher ?? 0,
      delivered: sequences.length,
      redelivered: 0,
      plain,
      again: new SequenceSet(),
      outOfOrder: setOf([]),
      gaps: [],
    };
  });
  return balance(publishers, deliveries, context).lostMessages;
}

/** Of twice as many messages every second one, so that each lost one is a range of its own. */
function everySecond(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 2 * i);
}

describe('the identities of messages', () => {
  test('are ranges, with the seconds from the start instant that they were sent between', () => {
    expect(lostMessages([publisherOf(4, 40)], [[3, 4, 5, 6, ...range(10, 40)]])).toEqual([
      {
        publisher: 4,
        ranges: [
          { first: 0, last: 2, fromSeconds: -1, toSeconds: -0.7 },
          { first: 7, last: 9, fromSeconds: -0.3, toSeconds: 0 },
        ],
      },
    ]);
  });

  test('end with the last moment known when the last message is among them', () => {
    expect(lostMessages([publisherOf(4, 40)], [range(0, 39)])).toEqual([
      { publisher: 4, ranges: [{ first: 39, last: 39, fromSeconds: 2.9, toSeconds: 2.9 }] },
    ]);
  });

  test('tell of those publishers only that have some', () => {
    const publishers = [publisherOf(3, 2), publisherOf(4, 2), publisherOf(5, 2)];
    const lost = lostMessages(publishers, [[0, 1], [0], [0, 1]]);
    expect(lost.map(({ publisher }) => publisher)).toEqual([4]);
  });

  test('are kept up to a limit over all publishers', () => {
    const publishers = [60, 60, 60].map((count, id) => publisherOf(id, 2 * count));
    const lost = lostMessages(publishers, [60, 60, 60].map(everySecond));
    expect(lost.map(({ ranges }) => ranges.length)).toEqual([60, rangesMax - 60]);
  });

  test('begin with the first ones', () => {
    const count = rangesMax + 1;
    const [lost] = lostMessages([publisherOf(0, 2 * count)], [everySecond(count)]);
    expect(lost?.ranges.map(({ first }) => first)).toEqual(
      Array.from({ length: rangesMax }, (_, i) => 2 * i + 1),
    );
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
