import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Holder, Unacknowledged } from '../../../src/amqp/null-broker/unacknowledged.js';

type Action =
  | { readonly kind: 'deliver'; readonly isHeld: boolean }
  | { readonly kind: 'settle'; readonly age: number; readonly multiple: boolean };

const actions = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('deliver' as const), isHeld: fc.boolean() }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('settle' as const),
        age: fc.integer({ min: -2, max: 60 }),
        multiple: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.boolean()),
      }),
    },
  ),
  { maxLength: 400, size: 'max' },
);

class Recorder implements Holder {
  readonly settled: number[] = [];
  unacknowledged = 0;

  onSettled(entry: number): void {
    this.settled.push(entry);
  }
}

/** The same in the most naive way: held tags, and settled ones from the last to the first. */
class Model {
  readonly held: number[] = [];
  last = 0;

  settle(tag: number, multiple: boolean): number[] {
    if (!this.held.includes(tag)) return [];
    const tags = multiple ? this.held.filter((one) => one <= tag) : [tag];
    for (const one of tags) this.held.splice(this.held.indexOf(one), 1);
    return tags.reverse();
  }
}

function play(played: readonly Action[]): void {
  const holder = new Recorder();
  const deliveries = new Unacknowledged();
  const model = new Model();
  for (const action of played) {
    if (action.kind === 'settle') {
      const tag = Math.max(1, model.last - action.age);
      const before = holder.settled.length;
      const count = deliveries.settle(tag, action.multiple, 'acknowledged');
      const settled = holder.settled.slice(before);
      expect(settled).toEqual(model.settle(tag, action.multiple).map((one) => one * 10));
      expect(count).toBe(settled.length);
    } else if (action.isHeld) {
      model.held.push(++model.last);
      expect(deliveries.add(holder, model.last * 10)).toBe(model.last);
    } else {
      expect(deliveries.nextTag()).toBe(++model.last);
    }
    expect(holder.unacknowledged).toBe(model.held.length);
  }
}

describe('deliveries that are not settled', () => {
  test('are settled as a naive list of them would be', () => {
    fc.assert(fc.property(actions, play));
  });

  test('are all settled by tag 0 with multiple', () => {
    const holder = new Recorder();
    const deliveries = new Unacknowledged();
    for (let i = 1; i <= 3; i++) deliveries.add(holder, i);
    expect(deliveries.settle(0, true, 'requeued')).toBe(3);
    expect(holder.settled).toEqual([3, 2, 1]);
  });
});
