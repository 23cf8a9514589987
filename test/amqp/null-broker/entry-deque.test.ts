import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  EntryDeque,
  entryOf,
  isRedelivered,
  redelivered,
  referenceOf,
} from '../../../src/amqp/null-broker/entry-deque.js';

const actions = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant('back' as const) },
    { weight: 1, arbitrary: fc.constant('front' as const) },
    { weight: 1, arbitrary: fc.constant('swap last' as const) },
    { weight: 4, arbitrary: fc.constant('shift' as const) },
  ),
  { maxLength: 300, size: 'max' },
);

test('a queue’s entries come out as those of an array would', () => {
  fc.assert(
    fc.property(actions, (played) => {
      const deque = new EntryDeque();
      const model: number[] = [];
      for (const [i, action] of played.entries()) {
        if (action === 'back') {
          deque.pushBack(i);
          model.push(i);
        } else if (action === 'front') {
          deque.pushFront(i);
          model.unshift(i);
        } else if (action === 'swap last') {
          if (model.length < 2) continue;
          deque.swapLast();
          model.push(...model.splice(-2).reverse());
        } else if (model.length > 0) {
          expect(deque.shift()).toBe(model.shift());
        }
        expect(deque.length).toBe(model.length);
      }
    }),
  );
});

test('an entry tells its message, and whether it was delivered before', () => {
  const largest = 2 ** 31 - 1;
  expect(referenceOf(entryOf(largest))).toBe(largest);
  expect(isRedelivered(entryOf(largest))).toBe(false);
  expect(isRedelivered(redelivered(entryOf(largest)))).toBe(true);
  expect(referenceOf(redelivered(entryOf(largest)))).toBe(largest);
});
