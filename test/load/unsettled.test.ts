import { describe, expect, test } from 'vitest';
import { Unsettled } from '../../src/load/unsettled.js';

/** Adds these sequences; each was meant to be sent at a thousand times itself. */
function add(unsettled: Unsettled, ...sequences: readonly number[]): void {
  for (const sequence of sequences) unsettled.add(sequence, 0, sequence * 1000);
}

/** Sends again what is in doubt, up to so many. */
function sendAgain(unsettled: Unsettled, count = Infinity): number[] {
  const sent: number[] = [];
  for (let left = count; left > 0; left--) {
    const message = unsettled.doubtful;
    if (message === undefined) break;
    expect(message.intendedMicros).toBe(message.sequence * 1000);
    add(unsettled, message.sequence);
    unsettled.takeDoubtful();
    sent.push(message.sequence);
  }
  return sent;
}

describe('what a lost channel leaves in doubt', () => {
  test('is all that was under way, to be sent again in its order', () => {
    const unsettled = new Unsettled(10, true);
    add(unsettled, 0, 1, 2, 3);
    unsettled.settle(2, false, () => {});
    expect(unsettled.onChannelLost()).toBe(3);
    expect(sendAgain(unsettled)).toEqual([0, 2, 3]);
  });

  test('still counts, though it is not under way', () => {
    const unsettled = new Unsettled(10, true);
    add(unsettled, 0, 1);
    unsettled.onChannelLost();
    expect([unsettled.count, unsettled.underWay, unsettled.isFull]).toEqual([2, 0, false]);
  });

  test('counts once when a part of it was sent again', () => {
    const unsettled = new Unsettled(10, true);
    add(unsettled, 0, 1, 2);
    unsettled.onChannelLost();
    sendAgain(unsettled, 1);
    expect([unsettled.count, unsettled.underWay]).toEqual([3, 1]);
  });

  test('comes in order also when the next channel is lost while it is sent again', () => {
    const unsettled = new Unsettled(10, true);
    add(unsettled, 0, 1, 2, 3);
    unsettled.onChannelLost();
    sendAgain(unsettled, 2);
    expect(unsettled.onChannelLost()).toBe(2);
    expect(sendAgain(unsettled)).toEqual([0, 1, 2, 3]);
  });

  test('stands before what was new on the next channel', () => {
    const unsettled = new Unsettled(10, true);
    add(unsettled, 0, 1);
    unsettled.onChannelLost();
    sendAgain(unsettled);
    add(unsettled, 2);
    unsettled.settle(1, false, () => {});
    unsettled.onChannelLost();
    expect(sendAgain(unsettled)).toEqual([1, 2]);
  });

  test('is settled by the tags of the next channel', () => {
    const unsettled = new Unsettled(10, true);
    add(unsettled, 0, 1, 2);
    unsettled.settle(1, false, () => {});
    unsettled.onChannelLost();
    sendAgain(unsettled);
    const settled: number[] = [];
    unsettled.settle(1, false, (sequence) => settled.push(sequence));
    expect([settled, unsettled.count]).toEqual([[1], 1]);
  });

  test('is forgotten when nothing shall be sent again', () => {
    const unsettled = new Unsettled(10, false);
    add(unsettled, 0, 1);
    expect(unsettled.onChannelLost()).toBe(2);
    expect([unsettled.count, unsettled.doubtful]).toEqual([0, undefined]);
  });
});

test('all that is under way is settled at once, and what is in doubt is not', () => {
  const unsettled = new Unsettled(10, true);
  add(unsettled, 0, 1, 2);
  unsettled.onChannelLost();
  sendAgain(unsettled, 2);
  const settled: number[] = [];
  unsettled.settleAll((sequence) => settled.push(sequence));
  expect([settled, unsettled.count, unsettled.doubtful?.sequence]).toEqual([[0, 1], 1, 2]);
});
