import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadClient, LoadConsumer } from '../../../src/amqp/load-client.js';
import type * as spawning from '../../../src/amqp/null-broker/spawn-null-broker.js';
import type * as clients from '../../../src/load/clients.js';
import { built } from '../built.js';

/** Opened first, so that what the first ones bring along is not counted. */
const firstCount = 50;
/** Opened at a time: the null broker's listener has a queue of limited length. */
const togetherCount = 100;
const settleMillis = 1000;

const [, , clientName = '', countText = ''] = process.argv;
const { spawnNullBroker } = await built<typeof spawning>('amqp/null-broker/spawn-null-broker.js');
const { loadClients } = await built<typeof clients>('load/clients.js');

const broker = await spawnNullBroker({ mode: 'sink' });
const client: LoadClient = clientName === 'wire' ? loadClients.wire : loadClients.amqplib;
const kept = await openMany(firstCount);
const before = await residentBytes();
const count = Number(countText);
kept.push(...(await openMany(count)));
const after = await residentBytes();
process.send?.((after - before) / count);

async function openMany(wanted: number): Promise<LoadConsumer[]> {
  const opened: LoadConsumer[] = [];
  while (opened.length < wanted) {
    const together = Math.min(togetherCount, wanted - opened.length);
    opened.push(...(await Promise.all(Array.from({ length: together }, openOne))));
  }
  return opened;
}

function openOne(): Promise<LoadConsumer> {
  const options = { url: broker.url, connectionName: 'idle', queue: 'idle', prefetch: 100 };
  return client.openConsumer(options, {
    onArrival: () => {},
    onDelivery: () => {},
    onClosed: (error) => {
      throw error;
    },
  });
}

/** After garbage was collected, twice: what the first time left behind may be collected the second. */
async function residentBytes(): Promise<number> {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await sleep(settleMillis);
  }
  return process.memoryUsage().rss;
}
