import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasDied, storeDeadLetter } from '../../../src/amqp/null-broker/lies/dead-letter.js';
import { Draws } from '../../../src/amqp/null-broker/lies/draws.js';
import { MessageStore } from '../../../src/amqp/null-broker/message-store.js';
import { MessageView, storeMessage } from '../../../src/amqp/null-broker/stored-message.js';
import { propertyBytes } from '../../../src/amqp/protocol/message-properties.js';
import { noLies, randomLies } from '../../support/random-lies.js';

describe('draws', () => {
  test('of neighbouring occasions come as often as they should, and are independent', () => {
    const count = 20_000;
    const hits = (nth: number) =>
      Array.from({ length: count }, (_, sequence) => {
        const draws = new Draws(1, 1, 0, sequence);
        for (let i = 0; i < nth; i++) draws.happens(0.5);
        return draws.happens(0.1);
      });
    const [first, second] = [hits(0), hits(1)];
    const both = first.filter((hit, i) => hit && second[i]).length;
    expect(first.filter(Boolean).length / count).toBeCloseTo(0.1, 1);
    expect(second.filter(Boolean).length / count).toBeCloseTo(0.1, 1);
    expect(both / count).toBeCloseTo(0.01, 2);
  });
});

describe('random lies', () => {
  const plans = Array.from({ length: 200 }, (_, seed) => randomLies(seed));

  test('are the same for the same seed', () => {
    expect(plans).toEqual(plans.map(({ seed }) => randomLies(seed)));
  });

  test('are sometimes none, and each kind is told by some', () => {
    const isTruthful = ({ seed, ...lies }: typeof noLies) =>
      Object.values(lies).every((lie) => lie === 0 || lie === false);
    expect(plans.filter(isTruthful).length).toBeGreaterThan(10);
    const { seed, reset, ...kinds } = noLies;
    for (const kind of Object.keys(kinds) as (keyof typeof kinds)[]) {
      expect(plans.filter((plan) => plan[kind]).length).toBeGreaterThan(10);
    }
  });
});

test('a dead-lettered copy has headers that say so, and is the same else', () => {
  const death = {
    'x-death': [{ count: 1, reason: 'rejected', queue: 'q', exchange: '', 'routing-keys': ['q'] }],
    'x-first-death-exchange': '',
    'x-first-death-queue': 'q',
    'x-first-death-reason': 'rejected',
  };
  const short = fc.string({ maxLength: 20 });
  const properties = fc.record(
    {
      contentType: short,
      contentEncoding: short,
      headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.oneof(short, fc.integer())),
      deliveryMode: fc.constantFrom(1 as const, 2 as const),
      messageId: short,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(properties, fc.uint8Array({ minLength: 12, maxLength: 5000 }), (given, body) => {
      const store = new MessageStore();
      const view = new MessageView(store);
      const header = Buffer.concat([Buffer.alloc(12), propertyBytes(given)]);
      const route = Buffer.from('\0\x01q');
      const reference = storeMessage(store, route, 3, header, 0, header.length, body.length);
      const message = view.look(reference);
      message.bytes.set(body, message.body);
      expect(hasDied(message)).toBe(false);
      const copy = view.look(storeDeadLetter(store, message, 'q'));
      expect(hasDied(copy)).toBe(true);
      expect(copy.bytes.subarray(copy.body, copy.body + copy.bodyBytes)).toEqual(Buffer.from(body));
      const start = copy.header + 7;
      expect(copy.bytes.subarray(start, start + copy.headerBytes)).toEqual(
        Buffer.concat([
          Buffer.alloc(12),
          propertyBytes({ ...given, headers: { ...given.headers, ...death } }),
        ]),
      );
    }),
  );
});
