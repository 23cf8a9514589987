import { describe, expect, test } from 'vitest';
import { amqplibClient } from '../../../src/amqp/amqplib/client.js';
import type { FieldTable } from '../../../src/amqp/protocol/field-table.js';
import { wireClient } from '../../../src/amqp/wire/client.js';
import { openConsumer } from '../../support/opened-clients.js';
import { scriptedBroker } from './scripted-broker.js';
import { delivery, sayGoodbye, serveConsumer } from './scripts.js';

const deaths = [
  { count: 1, reason: 'expired', queue: 'wait', exchange: '', 'routing-keys': ['k'] },
];

interface Trip {
  readonly redelivered?: boolean;
  readonly headers?: FieldTable;
}

/** A client's word on each of these deliveries. */
async function flagsOf(client: typeof wireClient, trips: readonly Trip[]): Promise<unknown[]> {
  const broker = await scriptedBroker(async (peer) => {
    await serveConsumer(peer);
    const frames = trips.map(({ redelivered = false, headers }, i) => {
      const properties = { contentType: 'text', ...(headers ? { headers } : {}) };
      return delivery({ tag: i + 1, body: Buffer.from('body'), redelivered, properties });
    });
    peer.send(...frames);
    await sayGoodbye(peer);
  });
  const { consumer, told } = await openConsumer(broker.url, {}, client);
  await consumer.subscribe({ acknowledge: true });
  const deliveries = await told.until('delivery', trips.length);
  await consumer.close();
  return deliveries.map(([, , , , flag]) => flag);
}

describe.each([
  ['wire', wireClient],
  ['amqplib', amqplibClient],
])('the %s client', (_, client) => {
  test('flags what the broker flags, and what comes with an x-death header, and nothing else', async () => {
    const trips = [
      {},
      { redelivered: true },
      { headers: { 'x-death': deaths } },
      { headers: { first: { 'x-death': deaths }, second: 'x-death' } },
      { redelivered: true, headers: { 'x-death': deaths } },
      {},
    ];
    expect(await flagsOf(client, trips)).toEqual([false, true, true, false, true, false]);
  });

  test('finds the x-death header behind more of others than one read brings', async () => {
    const many = { long: 'l'.repeat(100_000) };
    const trips = [{ headers: { ...many, 'x-death': deaths } }, { headers: many }];
    expect(await flagsOf(client, trips)).toEqual([true, false]);
  });
});

test('headers that are no table end the connection, which says so', async () => {
  const broker = await scriptedBroker(async (peer) => {
    await serveConsumer(peer);
    const frames = delivery({
      tag: 1,
      body: Buffer.from('body'),
      properties: { headers: { name: true } },
    });
    frames.write('?', frames.indexOf('name') + 'name'.length);
    peer.send(frames);
  });
  const { consumer, told } = await openConsumer(broker.url);
  await consumer.subscribe({ acknowledge: true });
  await told.until('closed');
  expect(told.errors[0]?.message).toContain('a table with a value of unknown type');
  expect(told.of('delivery')).toEqual([]);
});
