import { expect, test } from 'vitest';
import { MessageStore } from '../../../src/amqp/null-broker/message-store.js';
import {
  MessageView,
  releaseMessage,
  shareMessage,
  storeMessage,
} from '../../../src/amqp/null-broker/stored-message.js';

const route = Buffer.from('\x00\x01q');
const header = Buffer.alloc(14);

function stored(store: MessageStore, body: string): number {
  const reference = storeMessage(store, route, route.length, header, 0, header.length, body.length);
  const view = new MessageView(store).look(reference);
  view.bytes.write(body, view.body, 'latin1');
  shareMessage(store, reference, 1);
  return reference;
}

function bodyOf(store: MessageStore, reference: number): string {
  const { bytes, body, bodyBytes } = new MessageView(store).look(reference);
  return bytes.toString('latin1', body, body + bodyBytes);
}

test('messages keep their bytes while others come and go', () => {
  const store = new MessageStore();
  const kept: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const reference = stored(store, `body ${i}`);
    if (i % 100 === 0) kept.push(reference);
    else releaseMessage(store, reference);
  }
  const bodies = kept.map((reference) => bodyOf(store, reference));
  expect(bodies).toEqual(kept.map((_, i) => `body ${i * 100}`));
});

test('memory is used again once its messages are gone', () => {
  const store = new MessageStore();
  const large = 'x'.repeat(1_000_000);
  for (let round = 0; round < 3; round++) {
    const references = Array.from({ length: 20_000 }, (_, i) => stored(store, `body ${i}`));
    references.push(stored(store, large));
    expect(store.heldBytes).toBeGreaterThan(2_000_000);
    for (const reference of references) releaseMessage(store, reference);
    expect(store.heldBytes).toBeLessThan(300_000);
  }
});

test('a message that several queues hold lives until the last of them has done with it', () => {
  const store = new MessageStore();
  const reference = stored(store, 'shared');
  shareMessage(store, reference, 2);
  releaseMessage(store, reference);
  expect(bodyOf(store, reference)).toBe('shared');
});
