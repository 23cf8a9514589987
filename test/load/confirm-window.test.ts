import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfirmWindow } from '../../src/load/confirm-window.js';

type Action =
  | { readonly kind: 'add' }
  | { readonly kind: 'settle'; readonly age: number; readonly multiple: boolean };

const actions = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Action>({ kind: 'add' }) },
    {
      weight: 2,
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
  readonly tag: number;
  readonly sent: number;
  readonly intended: number;
}

/** What a window must do, in the most naive way. */
class Model {
  readonly open = new Map<number, Open>();
  added = 0;

  add(sent: number, intended: number): void {
    const tag = ++this.added;
    this.open.set(tag, { tag, sent, intended });
  }

  settle(upTo: number, multiple: boolean): Open[] {
    const settled = [...this.open.values()].filter(({ tag }) =>
      multiple ? tag <= upTo : tag === upTo,
    );
    for (const { tag } of settled) this.open.delete(tag);
    return settled;
  }
}

function settle(window: ConfirmWindow, tag: number, multiple: boolean): Open[] {
  const settled: Open[] = [];
  window.settle(tag, multiple, (own, sent, intended) => settled.push({ tag: own, sent, intended }));
  return settled;
}

describe('a confirm window', () => {
  test('does what a map of open tags does, whatever comes in whatever order', () => {
    fc.assert(
      fc.property(actions, fc.integer({ min: 1, max: 20 }), (given, limit) => {
        const window = new ConfirmWindow(limit);
        const model = new Model();
        for (const [i, action] of given.entries()) {
          if (action.kind === 'add') {
            window.add(i * 10 + 0.5, i * 10);
            model.add(i * 10 + 0.5, i * 10);
          } else {
            const tag = model.added - action.age;
            const { multiple } = action;
            expect(settle(window, tag, multiple)).toEqual(model.settle(tag, multiple));
          }
          expect(window.inFlight).toBe(model.open.size);
          expect(window.isFull).toBe(model.open.size >= limit);
        }
      }),
    );
  });

  test('settles every tag exactly once when all is confirmed at the end', () => {
    fc.assert(
      fc.property(actions, (given) => {
        const window = new ConfirmWindow(8);
        let added = 0;
        const settled: number[] = [];
        const note = (tag: number) => settled.push(tag);
        for (const action of given) {
          if (action.kind === 'settle') {
            window.settle(added - action.age, action.multiple, note);
          } else {
            window.add(0, 0);
            added++;
          }
        }
        window.settle(added, true, note);
        expect(settled.sort((a, b) => a - b)).toEqual(
          Array.from({ length: added }, (_, i) => i + 1),
        );
      }),
    );
  });

  test('keeps the moments of a straggler while the ring grows behind it', () => {
    const window = new ConfirmWindow(2);
    window.add(7.25, 3.5);
    for (let tag = 2; tag <= 1000; tag++) {
      window.add(tag, tag);
      settle(window, tag, false);
    }
    expect(settle(window, 1, false)).toEqual([{ tag: 1, sent: 7.25, intended: 3.5 }]);
  });

  test('is full at its limit and not before', () => {
    const window = new ConfirmWindow(2);
    window.add(0, 0);
    expect(window.isFull).toBe(false);
    window.add(0, 0);
    expect(window.isFull).toBe(true);
  });

  test('has room again as soon as one message is settled, be it not the oldest', () => {
    const window = new ConfirmWindow(2);
    window.add(0, 0);
    window.add(0, 0);
    settle(window, 2, false);
    expect(window.isFull).toBe(false);
  });
});
