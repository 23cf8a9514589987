import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import type * as administrating from '../../../src/amqp/administration.js';
import type * as spawning from '../../../src/amqp/null-broker/spawn-null-broker.js';
import type * as ticking from '../../../src/base/clock.js';
import type * as alarms from '../../../src/load/alarm.js';
import type * as clients from '../../../src/load/clients.js';
import type * as pacing from '../../../src/load/pacer.js';
import type * as publishing from '../../../src/load/publisher.js';
import type * as tallying from '../../../src/load/publisher-tally.js';
import type * as counting from '../../../src/measure/counters.js';
import { built } from '../built.js';
import type { EventLoopFigures } from './event-loop.js';

/** A publisher at full rate on this thread, and beside it a thread that does nothing but look. */

const [, , secondsText = ''] = process.argv;
const warmupMicros = 1e6;
const windowMicros = Number(secondsText) * 1e6;
const stallNanos = 10e6;

const { spawnNullBroker } = await built<typeof spawning>('amqp/null-broker/spawn-null-broker.js');
const { Administration } = await built<typeof administrating>('amqp/administration.js');
const { systemClock } = await built<typeof ticking>('base/clock.js');
const { TimerAlarm } = await built<typeof alarms>('load/alarm.js');
const { Pacer } = await built<typeof pacing>('load/pacer.js');
const { loadClients } = await built<typeof clients>('load/clients.js');
const { Publisher } = await built<typeof publishing>('load/publisher.js');
const { allocateCounters, counterRow } = await built<typeof counting>('measure/counters.js');
const { emptyPublisherTally } = await built<typeof tallying>('load/publisher-tally.js');

const broker = await spawnNullBroker({ mode: 'sink' });
const administration = await Administration.open(broker.url);
await administration.declareExchange('bench', false);
await administration.close();

const tally = emptyPublisherTally(counterRow(allocateCounters(1), 0), systemClock);
const publisher = new Publisher(
  {
    id: 0,
    urls: [broker.url],
    connectionName: 'bench',
    exchange: 'bench',
    routingKey: 'bench',
    payloadBytes: 12,
    persistent: false,
    mandatory: false,
    guarantee: 'confirm',
    window: 1000,
    onReconnect: 'republish',
    schedule: undefined,
  },
  {
    client: loadClients.wire,
    clock: systemClock,
    random: Math.random,
    pacer: new Pacer(systemClock, new TimerAlarm(systemClock), 0),
  },
  tally,
);
await publisher.connect();

const delays = monitorEventLoopDelay({ resolution: 1 });
let longestCollectionMillis = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) {
    longestCollectionMillis = Math.max(longestCollectionMillis, duration);
  }
}).observe({ entryTypes: ['gc'] });
const watcher = new Worker(
  `const { monitorEventLoopDelay } = require('node:perf_hooks');
   const { parentPort } = require('node:worker_threads');
   const delays = monitorEventLoopDelay({ resolution: 1 });
   setTimeout(() => delays.enable(), ${warmupMicros / 1000});
   parentPort.on('message', () => parentPort.postMessage(delays.max));`,
  { eval: true },
);
setTimeout(() => {
  longestCollectionMillis = 0;
  delays.enable();
}, warmupMicros / 1000);

const beginMicros = systemClock.nowMicros();
const startMicros = beginMicros + warmupMicros;
await publisher.run({ beginMicros, startMicros, stopMicros: startMicros + windowMicros }, 1e6);
delays.disable();
watcher.postMessage('how long?');
watcher.once('message', (idleNanos: number) => {
  const figures: EventLoopFigures = {
    messagesPerSecond: (tally.confirmedInWindow * 1e6) / windowMicros,
    longestMillis: delays.max / 1e6,
    p99Millis: delays.percentile(99) / 1e6,
    isStalled: delays.max > stallNanos,
    longestCollectionMillis,
    longestOfIdleThreadMillis: idleNanos / 1e6,
  };
  process.send?.(figures);
});
