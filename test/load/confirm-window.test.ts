import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfirmWindow } from '../../src/load/confirm-window.js';

type Action =
  | { readonly kind: 'add' }
  | { readonly kind: 'abandon' }
  | { readonly kind: 'settle'; readonly age: number; readonly multiple: boolean };

const actions = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: fc.constant<Action>({ kind: 'add' }) },
    { weight: 1, arbitrary: fc.constant<Action>({ kind: 'abandon' }) },
    {
      weight: 20,
      arbitrary: fc.record({
        kind: fc.constant('settle' as const),
        // Counted back from the last message; a few lie beyond it, or before the first one.
        age: fc.integer({ min: -2, max: 25 }),
        multiple: fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.boolean()),
      }),
    },
  ),
  { maxLength: 300, size: 'max' },
);

interface Open {
  readonly sequence: number;
  readonly sent: number;
  readonly intended: number;
}

/** What a window must do, in the most naive way: open messages by their tags. */
class Model {
  readonly open = new Map<number, Open>();
  added = 0;

  add(message: Open): void {
    this.open.set(++this.added, message);
  }

  settle(upTo: number, multiple: boolean): Open[] {
    const settled = [...this.open].filter(([tag]) => (multiple ? tag <= upTo : tag === upTo));
    for (const [tag] of settled) this.open.delete(tag);
    return settled.map(([, message]) => message);
  }

  abandon(): Open[] {
    const abandoned = [...this.open.values()];
    this.open.clear();
    this.added = 0;
    return abandoned;
  }
}

function settle(window: ConfirmWindow, tag: number, multiple: boolean): Open[] {
  const settled: Open[] = [];
  window.settle(tag, multiple, (sequence, sent, intended) =>
    settled.push({ sequence, sent, intended }),
  );
  return settled;
}

function abandon(window: ConfirmWindow): Omit<Open, 'sent'>[] {
  const abandoned: Omit<Open, 'sent'>[] = [];
  window.abandon((sequence, intended) => abandoned.push({ sequence, intended }));
  return abandoned;
}

describe('a confirm window', () => {
  test('does what a map of open tags does, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 20 }), (given, limit) => {
        const window = new ConfirmWindow(limit);
        const model = new Model();
        for (const [i, action] of given.entries()) {
          if (action.kind === 'add') {
            // Sequences need not follow on each other, for some are sent again.
            const message = { sequence: (i * 7) % 50, sent: i * 10 + 0.5, intended: i * 10 };
            window.add(message.sequence, message.sent, message.intended);
            model.add(message);
          } else if (action.kind === 'abandon') {
            expect(abandon(window)).toEqual(
              model.abandon().map(({ sequence, intended }) => ({ sequence, intended })),
            );
          } else {
            const tag = model.added - action.age;
            const { multiple } = action;
            expect(settle(window, tag, multiple)).toEqual(model.settle(tag, multiple));
          }
          expect(window.inFlight).toBe(model.open.size);
          expect(window.lastTag).toBe(model.added);
          expect(window.isFull).toBe(model.open.size >= limit);
        }
      }),
    );
  });

  test('settles every message exactly once when all is confirmed at the end', () => {
    fc.assert(
      fc.property(actions, (given) => {
        const window = new ConfirmWindow(8);
        let added = 0;
        const settled: number[] = [];
        for (const action of given) {
          if (action.kind === 'settle') {
            const tag = window.lastTag - action.age;
            window.settle(tag, action.multiple, (sequence) => settled.push(sequence));
          } else {
            window.add(added++, 0, 0);
          }
        }
        window.settle(window.lastTag, true, (sequence) => settled.push(sequence));
        expect(settled.sort((a, b) => a - b)).toEqual(Array.from({ length: added }, (_, i) => i));
      }),
    );
  });

  test('keeps the moments of a straggler while the ring grows behind it', () => {
    const window = new ConfirmWindow(2);
    window.add(40, 7.25, 3.5);
    for (let tag = 2; tag <= 1000; tag++) {
      window.add(tag, tag, tag);
      settle(window, tag, false);
    }
    expect(settle(window, 1, false)).toEqual([{ sequence: 40, sent: 7.25, intended: 3.5 }]);
  });

  test('is full at its limit and not before', () => {
    const window = new ConfirmWindow(2);
    window.add(0, 0, 0);
    expect(window.isFull).toBe(false);
    window.add(0, 0, 0);
    expect(window.isFull).toBe(true);
  });

  test('has room again as soon as one message is settled, be it not the oldest', () => {
    const window = new ConfirmWindow(2);
    window.add(0, 0, 0);
    window.add(0, 0, 0);
    settle(window, 2, false);
    expect(window.isFull).toBe(false);
  });

  test('counts its tags from 1 again when its channel was lost', () => {
    const window = new ConfirmWindow(3);
    window.add(5, 0, 0);
    window.add(6, 0, 0);
    expect(abandon(window).map(({ sequence }) => sequence)).toEqual([5, 6]);
    window.add(5, 1, 0);
    expect(settle(window, 1, false)).toEqual([{ sequence: 5, sent: 1, intended: 0 }]);
  });

  test('has nothing to give up twice', () => {
    const window = new ConfirmWindow(3);
    window.add(5, 0, 0);
    abandon(window);
    expect(abandon(window)).toEqual([]);
  });
});
