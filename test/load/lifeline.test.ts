import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BrokerError } from '../../src/base/errors.js';
import { ConnectionBook } from '../../src/load/connection-book.js';
import { Lifeline } from '../../src/load/lifeline.js';
import { allocateCounters, columnOf, counterRow } from '../../src/measure/counters.js';
import { present } from '../support/fake-channel.js';
import { FakeClock } from '../support/fake-clock.js';

/** An opening that the test lets succeed or fail, and may close before or after. */
interface Opening {
  readonly atMillis: number;
  readonly onClosed: (error: BrokerError) => void;
  succeed(line: string): void;
  fail(error: Error): void;
}

let clock: FakeClock;
let book: ConnectionBook;
let counters: Float64Array;
/** What the owner was asked, and told, in its order. */
let calls: string[];
let openings: Opening[];
let share: number;
let lifeline: Lifeline<string>;

beforeEach(() => {
  clock = new FakeClock();
  counters = counterRow(allocateCounters(1), 0);
  book = new ConnectionBook(clock, counters);
  calls = [];
  openings = [];
  share = 1;
  const owner = {
    id: 4,
    open: (onClosed: (error: BrokerError) => void) =>
      new Promise<string>((succeed, fail) => {
        openings.push({ atMillis: Date.now(), onClosed, succeed, fail });
      }),
    discard: (line: string) => void calls.push(`discard ${line}`),
    onUp: (line: string) => void calls.push(`up ${line}`),
    onDown: () => {
      calls.push('down');
      return 5;
    },
  };
  lifeline = new Lifeline(owner, book, () => share);
});

afterEach(() => {
  vi.useRealTimers();
});

function latest(): Opening {
  return present(openings.at(-1));
}

async function connected(): Promise<void> {
  const connecting = lifeline.connect();
  latest().succeed('first');
  await connecting;
}

const gone = new BrokerError('gone');

describe('the first connection', () => {
  test('is there when connecting has resolved, and its owner knows it', async () => {
    await connected();
    expect([lifeline.line, calls]).toEqual(['first', ['up first']]);
  });

  test('that fails is an error, and is not tried again', async () => {
    const connecting = lifeline.connect();
    latest().fail(gone);
    await expect(connecting).rejects.toBe(gone);
    await clock.advanceTo(20_000);
    expect([openings.length, lifeline.line]).toEqual([1, undefined]);
  });

  test('that ends before its opening is told is an error', async () => {
    const connecting = lifeline.connect();
    latest().onClosed(gone);
    latest().succeed('first');
    await expect(connecting).rejects.toBe(gone);
    expect([lifeline.line, calls]).toEqual([undefined, []]);
  });
});

describe('a connection that is lost', () => {
  test('is no longer there, and its owner is told', async () => {
    await connected();
    latest().onClosed(gone);
    expect([lifeline.line, calls]).toEqual([undefined, ['up first', 'down']]);
  });

  test('is an outage with what was in doubt', async () => {
    await connected();
    await clock.advanceTo(50);
    latest().onClosed(gone);
    expect(book.record().outages).toMatchObject([
      { id: 4, reason: 'gone', lostMicros: 50_000, restoredMicros: undefined, inDoubt: 5 },
    ]);
    expect(counters[columnOf.down]).toBe(1);
  });

  test('is remade, and the owner is given the other one', async () => {
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(200);
    latest().succeed('second');
    await clock.settle();
    expect([lifeline.line, calls]).toEqual(['second', ['up first', 'down', 'up second']]);
    expect(book.record().outages).toMatchObject([{ restoredMicros: 200_000, attempts: 1 }]);
    expect(counters[columnOf.down]).toBe(0);
  });

  test('is not remade before its wait is over', async () => {
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(199);
    expect(openings).toHaveLength(1);
    await clock.advanceTo(200);
    expect(openings).toHaveLength(2);
  });

  test('is tried again and again, after waits that grow', async () => {
    await connected();
    latest().onClosed(gone);
    for (const millis of [200, 600, 1400, 3000, 5000, 7000]) {
      await clock.advanceTo(millis);
      latest().fail(gone);
      await clock.settle();
    }
    expect(openings.slice(1).map(({ atMillis }) => atMillis)).toEqual([
      200, 600, 1400, 3000, 5000, 7000,
    ]);
    expect(book.record().outages).toMatchObject([{ attempts: 6, restoredMicros: undefined }]);
  });

  test('is tried again at a moment that chance decides', async () => {
    await connected();
    share = 0.25;
    latest().onClosed(gone);
    await clock.advanceTo(50);
    expect(openings.at(-1)?.atMillis).toBe(50);
    share = 0.5;
    latest().fail(gone);
    await clock.advanceTo(250);
    expect(openings.at(-1)?.atMillis).toBe(250);
  });

  test('is tried again after a short wait at first, also the next time that it is lost', async () => {
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(200);
    latest().fail(gone);
    await clock.advanceTo(600);
    latest().succeed('second');
    await clock.settle();
    latest().onClosed(gone);
    await clock.advanceTo(800);
    expect(openings.map(({ atMillis }) => atMillis)).toEqual([0, 200, 600, 800]);
  });

  test('is tried again when the other one ends before its opening is told', async () => {
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(200);
    latest().onClosed(new BrokerError('gone again'));
    latest().succeed('second');
    await clock.advanceTo(600);
    latest().succeed('third');
    await clock.settle();
    expect([lifeline.line, calls]).toEqual(['third', ['up first', 'down', 'up third']]);
    expect(book.record().outages).toMatchObject([{ attempts: 2, restoredMicros: 600_000 }]);
  });

  test('is lost once, whatever is told of the one before', async () => {
    await connected();
    const first = latest();
    first.onClosed(gone);
    await clock.advanceTo(200);
    latest().succeed('second');
    await clock.settle();
    first.onClosed(gone);
    expect([lifeline.line, book.record().outages.length]).toEqual(['second', 1]);
  });
});

describe('a connection that its owner drops', () => {
  test('is an outage like any other, and is remade', async () => {
    await connected();
    lifeline.drop(gone);
    expect([lifeline.line, counters[columnOf.down]]).toEqual([undefined, 1]);
    await clock.advanceTo(200);
    latest().succeed('second');
    await clock.settle();
    expect([lifeline.line, calls]).toEqual(['second', ['up first', 'down', 'up second']]);
    expect(book.record().outages).toMatchObject([{ id: 4, reason: 'gone', inDoubt: 5 }]);
  });

  test('is lost once, though its end is told afterwards', async () => {
    await connected();
    lifeline.drop(gone);
    latest().onClosed(new BrokerError('closed'));
    await clock.advanceTo(200);
    expect([openings.length, book.record().outages.length]).toEqual([2, 1]);
  });

  test('stays lost when nobody needs it any more', async () => {
    await connected();
    lifeline.end();
    lifeline.drop(gone);
    await clock.advanceTo(20_000);
    expect([openings.length, counters[columnOf.down]]).toEqual([1, 0]);
    expect(book.record().outages).toMatchObject([{ restoredMicros: undefined }]);
  });

  test('is no outage when there is none', async () => {
    await connected();
    latest().onClosed(gone);
    lifeline.drop(gone);
    expect(book.record().outages).toHaveLength(1);
  });
});

describe('when nobody needs it any more, a connection', () => {
  test('stays for its owner to close', async () => {
    await connected();
    lifeline.end();
    expect([lifeline.line, calls]).toEqual(['first', ['up first']]);
  });

  test('is not waited for any longer', async () => {
    await connected();
    latest().onClosed(gone);
    lifeline.end();
    await clock.advanceTo(20_000);
    expect([openings.length, counters[columnOf.down]]).toEqual([1, 0]);
  });

  test('that opens nevertheless is discarded', async () => {
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(200);
    lifeline.end();
    latest().succeed('second');
    await clock.settle();
    expect([lifeline.line, calls.slice(1)]).toEqual([undefined, ['down', 'discard second']]);
    expect(book.record().outages).toMatchObject([{ restoredMicros: undefined }]);
  });

  test('that could not be opened is not tried again', async () => {
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(200);
    lifeline.end();
    latest().fail(gone);
    await clock.advanceTo(20_000);
    expect(openings).toHaveLength(2);
  });

  test('that is lost then is an outage, and stays lost', async () => {
    await connected();
    lifeline.end();
    latest().onClosed(gone);
    await clock.advanceTo(20_000);
    expect(openings).toHaveLength(1);
    expect(book.record().outages).toMatchObject([{ attempts: 0, inDoubt: 5 }]);
    expect(counters[columnOf.down]).toBe(0);
  });
});

test('a fault of ours while connecting again is not taken for the broker’s', async () => {
  const listeners = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  try {
    const unhandled = new Promise((resolve) => process.once('unhandledRejection', resolve));
    await connected();
    latest().onClosed(gone);
    await clock.advanceTo(200);
    const fault = new TypeError('oops');
    latest().fail(fault);
    expect(await unhandled).toBe(fault);
    await clock.advanceTo(20_000);
    expect(openings).toHaveLength(2);
  } finally {
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
});
