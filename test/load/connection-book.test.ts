import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ConnectionBook } from '../../src/load/connection-book.js';
import { outagesMax } from '../../src/load/protocol.js';
import { allocateCounters, columnOf, counterRow } from '../../src/measure/counters.js';
import { FakeClock } from '../support/fake-clock.js';

let clock: FakeClock;
let counters: Float64Array;
let book: ConnectionBook;

beforeEach(() => {
  clock = new FakeClock();
  counters = counterRow(allocateCounters(1), 0);
  book = new ConnectionBook(clock, counters);
});

afterEach(() => {
  vi.useRealTimers();
});

function downAndBlocked(): (number | undefined)[] {
  return [counters[columnOf.down], counters[columnOf.blocked]];
}

describe('an outage', () => {
  test('tells who, why, from when to when, after how many attempts, and what was in doubt', async () => {
    await clock.advanceTo(10);
    book.onLost(4, 'reset', 17);
    book.onAttempt(4);
    book.onAttempt(4);
    await clock.advanceTo(250);
    book.onRestored(4);
    expect(book.record()).toEqual({
      outages: [
        {
          id: 4,
          reason: 'reset',
          lostMicros: 10_000,
          restoredMicros: 250_000,
          attempts: 2,
          inDoubt: 17,
        },
      ],
      furtherOutages: 0,
      blockages: [],
    });
  });

  test('that nobody ended has no end', () => {
    book.onLost(4, 'reset', 0);
    book.onAttempt(4);
    book.onGivenUp(4);
    expect(book.record().outages).toMatchObject([{ restoredMicros: undefined, attempts: 1 }]);
  });

  test('is another one after the connection came back', () => {
    book.onLost(4, 'reset', 0);
    book.onRestored(4);
    book.onLost(4, 'killed', 0);
    book.onAttempt(4);
    expect(book.record().outages).toMatchObject([
      { reason: 'reset', attempts: 0 },
      { reason: 'killed', attempts: 1, restoredMicros: undefined },
    ]);
  });

  test('is none when a connection comes for the first time', () => {
    book.onRestored(4);
    book.onGivenUp(4);
    expect(book.record().outages).toEqual([]);
  });

  test('is told one by one up to a limit, and counted beyond it', () => {
    for (let i = 0; i < outagesMax + 3; i++) {
      book.onLost(4, `loss ${i}`, 0);
      book.onRestored(4);
    }
    const { outages, furtherOutages } = book.record();
    expect([outages.length, outages.at(-1)?.reason, furtherOutages]).toEqual([
      outagesMax,
      `loss ${outagesMax - 1}`,
      3,
    ]);
  });
});

describe('the counters', () => {
  test('tell how many connections are down now', () => {
    book.onLost(4, 'reset', 0);
    book.onLost(5, 'reset', 0);
    expect(downAndBlocked()).toEqual([2, 0]);
    book.onRestored(4);
    expect(downAndBlocked()).toEqual([1, 0]);
    book.onGivenUp(5);
    expect(downAndBlocked()).toEqual([0, 0]);
  });

  test('tell how many connections are down also beyond the limit of outages', () => {
    for (let i = 0; i < outagesMax; i++) {
      book.onLost(4, 'reset', 0);
      book.onRestored(4);
    }
    book.onLost(4, 'reset', 0);
    expect(downAndBlocked()).toEqual([1, 0]);
    book.onRestored(4);
    expect(downAndBlocked()).toEqual([0, 0]);
  });

  test('tell how many connections are blocked now', () => {
    book.onBlocked(4, 'memory');
    book.onBlocked(5, 'memory');
    expect(downAndBlocked()).toEqual([0, 2]);
    book.onUnblocked(5);
    expect(downAndBlocked()).toEqual([0, 1]);
  });

  test('hold a connection that was lost for down and not for blocked', () => {
    book.onBlocked(4, 'memory');
    book.onLost(4, 'reset', 0);
    expect(downAndBlocked()).toEqual([1, 0]);
  });
});

describe('a blockage', () => {
  test('tells who, why, and from when to when', async () => {
    await clock.advanceTo(10);
    book.onBlocked(4, 'memory');
    await clock.advanceTo(30);
    book.onUnblocked(4);
    expect(book.record().blockages).toEqual([
      { id: 4, reason: 'memory', sinceMicros: 10_000, untilMicros: 30_000 },
    ]);
  });

  test('that lasts to the end has no end', () => {
    book.onBlocked(4, 'memory');
    expect(book.record().blockages).toMatchObject([{ untilMicros: undefined }]);
  });

  test('ends with its connection', async () => {
    book.onBlocked(4, 'memory');
    await clock.advanceTo(30);
    book.onLost(4, 'reset', 0);
    expect(book.record().blockages).toMatchObject([{ untilMicros: 30_000 }]);
  });

  test('does not end with the connection of another', () => {
    book.onBlocked(4, 'memory');
    book.onLost(5, 'reset', 0);
    expect(book.record().blockages).toMatchObject([{ untilMicros: undefined }]);
  });

  test('is one, though the broker tells of it twice', async () => {
    book.onBlocked(4, 'memory');
    await clock.advanceTo(30);
    book.onBlocked(4, 'disk');
    expect(book.record().blockages).toMatchObject([{ reason: 'memory', sinceMicros: 0 }]);
  });

  test('is none when it ends before it began', () => {
    book.onUnblocked(4);
    expect(book.record().blockages).toEqual([]);
  });
});
