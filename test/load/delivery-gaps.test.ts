import { describe, expect, test } from 'vitest';
import { type ConsumerLines, DeliveryBook } from '../../src/load/delivery-book.js';
import type { SequenceRange } from '../../src/measure/runs.js';
import { stampOf, writeMessage } from '../../src/measure/stamp.js';
import { present } from '../support/fake-channel.js';

interface Message {
  readonly publisher?: number;
  readonly redelivered?: boolean;
}

function enter(lines: ConsumerLines, sequence: number, message: Message = {}): void {
  const stamp = stampOf(message.publisher ?? 0);
  writeMessage(stamp, 0, sequence, 0, 0);
  lines.enter(stamp, 0, message.redelivered ?? false);
}

function gapsOf(book: DeliveryBook, publisher = 0): readonly SequenceRange[] {
  return present(book.accounts().find((account) => account.publisher === publisher)).gaps;
}

describe('what a lost connection may have taken with it', () => {
  test('is all between the last message before and the first one after', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    lines.onSentLost();
    enter(lines, 8);
    expect(gapsOf(book)).toEqual([{ first: 4, last: 7 }]);
  });

  test('is nothing when the next message follows on the last', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    lines.onSentLost();
    enter(lines, 4);
    enter(lines, 9);
    expect(gapsOf(book)).toEqual([]);
  });

  test('goes on for ever when nothing comes after', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    lines.onSentLost();
    expect(gapsOf(book)).toEqual([{ first: 4, last: Infinity }]);
  });

  test('begins with the first message of a publisher of which none had come', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    lines.onSentLost();
    enter(lines, 6, { publisher: 2 });
    expect(gapsOf(book, 2)).toEqual([{ first: 0, last: 5 }]);
  });

  test('is told for each publisher by itself', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    enter(lines, 10, { publisher: 1 });
    lines.onSentLost();
    enter(lines, 20, { publisher: 1 });
    enter(lines, 5);
    expect([gapsOf(book, 0), gapsOf(book, 1)]).toEqual([
      [{ first: 4, last: 4 }],
      [{ first: 11, last: 19 }],
    ]);
  });

  test('is told for each loss by itself', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 0);
    lines.onSentLost();
    enter(lines, 5);
    lines.onSentLost();
    enter(lines, 10);
    expect(gapsOf(book)).toEqual([
      { first: 1, last: 4 },
      { first: 6, last: 9 },
    ]);
  });

  test('is one gap when the connection was lost twice with nothing between', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 0);
    lines.onSentLost();
    lines.onSentLost();
    enter(lines, 5);
    expect(gapsOf(book)).toEqual([{ first: 1, last: 4 }]);
  });

  test('is of that consumer alone', () => {
    const book = new DeliveryBook();
    const [lost, other] = [book.addConsumer(), book.addConsumer()];
    enter(lost, 0);
    enter(other, 1);
    lost.onSentLost();
    enter(other, 9);
    enter(lost, 4);
    expect(gapsOf(book)).toEqual([{ first: 1, last: 3 }]);
  });

  test('does not end with a message that made a return trip', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    lines.onSentLost();
    enter(lines, 5, { redelivered: true });
    enter(lines, 8);
    expect(gapsOf(book)).toEqual([{ first: 4, last: 7 }]);
  });

  test('is nothing after the end of the gap', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    lines.onSentLost();
    enter(lines, 8);
    enter(lines, 20);
    expect(gapsOf(book)).toEqual([{ first: 4, last: 7 }]);
  });

  test('is nothing while no connection is lost', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 3);
    enter(lines, 8);
    expect(gapsOf(book)).toEqual([]);
  });

  // A message in doubt that its publisher sent again may be the first one after.
  test('does not end with a message from before the gap', () => {
    const book = new DeliveryBook();
    const lines = book.addConsumer();
    enter(lines, 10);
    lines.onSentLost();
    enter(lines, 5);
    enter(lines, 20);
    expect(gapsOf(book)).toEqual([{ first: 11, last: 19 }]);
  });
});
