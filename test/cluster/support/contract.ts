import { randomUUID } from 'node:crypto';
import { connect, type GetMessage } from 'amqplib';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import { Administration } from '../../../src/amqp/administration.js';
import { amqplibClient } from '../../../src/amqp/amqplib/client.js';
import type { ConsumerOptions, LoadClient } from '../../../src/amqp/load-client.js';
import { wireClient } from '../../../src/amqp/wire/client.js';
import * as opened from '../../support/opened-clients.js';

/** Every load client keeps the same contract against a real broker. */
export const clients: readonly (readonly [name: string, client: LoadClient])[] = [
  ['wire', wireClient],
  ['amqplib', amqplibClient],
];

/** A connection of the test file's own for what tests need beside a client; call for it. */
export function administration(): () => Administration {
  let one: Administration;
  beforeAll(async () => {
    one = await Administration.open(inject('cluster').entryUrl);
  });
  afterAll(() => one.close());
  return () => one;
}

/** A queue with an exchange of the same name, bound by the same key; removed with the test. */
export async function freshQueue(
  administration: Administration,
  queueArguments: Readonly<Record<string, string>> = {},
): Promise<string> {
  const queue = `contract-${randomUUID()}`;
  await administration.declareExchange(queue, false);
  await administration.declareQueue({ name: queue, durable: false, arguments: queueArguments });
  await administration.bindQueue(queue, queue, queue);
  onTestFinished(async () => {
    await administration.removeExchange(queue);
    await administration.removeQueue(queue);
  });
  return queue;
}

/** A publisher to the queue's exchange, with confirms unless told otherwise. */
export function openPublisher(
  client: LoadClient,
  queue: string,
  settings: opened.PublisherSettings = {},
) {
  const { entryUrl } = inject('cluster');
  const usual = { exchange: queue, routingKey: queue };
  return opened.openPublisher(entryUrl, { ...usual, ...settings }, client);
}

export function openConsumer(
  client: LoadClient,
  queue: string,
  settings: Partial<ConsumerOptions> = {},
  onDelivery?: (deliveryTag: number) => void,
) {
  const { entryUrl } = inject('cluster');
  return opened.openConsumer(entryUrl, { queue, ...settings }, client, onDelivery);
}

/** Resolves when the confirms have spoken of messages 1 … count, all of which must be accepted. */
export async function untilConfirmed(told: opened.Tellings, count: number): Promise<void> {
  const waiting = new Set(Array.from({ length: count }, (_, i) => i + 1));
  for (let i = 0; waiting.size > 0; i++) {
    const [, tag, multiple, accepted] = (await told.until('confirm', i + 1))[i] ?? [];
    if (!accepted) throw new Error(`message ${tag} was refused`);
    if (!multiple && !waiting.has(Number(tag)))
      throw new Error(`message ${tag} was confirmed twice`);
    for (let one = Number(tag); waiting.delete(one) && multiple; ) one--;
  }
}

/** Takes the next message from the queue, with all that came with it. */
export async function takeMessage(queue: string): Promise<GetMessage> {
  const connection = await connect(inject('cluster').entryUrl);
  try {
    const channel = await connection.createChannel();
    const get = () => channel.get(queue, { noAck: true });
    let message = await get();
    while (!message) message = await get();
    return message;
  } finally {
    await connection.close();
  }
}
