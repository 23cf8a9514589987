import { setTimeout as sleep } from 'node:timers/promises';
import { Administration } from '../../src/amqp/administration.js';
import { type Truth, truthOf } from '../../src/amqp/null-broker/lies/truth.js';
import { startNullBroker } from '../../src/amqp/null-broker/null-broker.js';
import { systemClock } from '../../src/base/clock.js';
import { TimerAlarm } from '../../src/load/alarm.js';
import { loadClients } from '../../src/load/clients.js';
import { Consumer } from '../../src/load/consumer.js';
import { type ConsumerTally, emptyConsumerTally } from '../../src/load/consumer-tally.js';
import { Pacer } from '../../src/load/pacer.js';
import type { PlainPublisherAccount, TrialInstants } from '../../src/load/protocol.js';
import { Publisher } from '../../src/load/publisher.js';
import { emptyPublisherTally } from '../../src/load/publisher-tally.js';
import { allocateCounters, columnOf, counterRow } from '../../src/measure/counters.js';
import type { Ledger } from '../../src/measure/ledger.js';
import { SequenceSet } from '../../src/measure/sequence-set.js';
import { closeBooks } from '../../src/run/books.js';
import type { Play } from './plays.js';

/** What the ledger says of a play, and what the broker knows of it. */
export interface Performed {
  readonly ledger: Ledger;
  readonly truth: Truth;
}

const publishingMicros = 150_000;
const confirmLimitMicros = 10_000_000;
const drainLimitMillis = 10_000;
/** Longer than the broker withholds anything. */
const quietMillis = 120;
const pollMillis = 20;

/** Plays it over real sockets: publishers and consumers as in a worker, against the lying broker. */
export async function perform(play: Play): Promise<Performed> {
  const broker = await startNullBroker({ mode: 'loop', lies: play.lies });
  try {
    await declare(play, broker.url);
    const { publisherAccounts, tally } = await playAll(play, broker.url);
    const consumers = [{ ...recordOf(tally), accounts: tally.book.accounts() }];
    const publishers = [{ ...emptyRecord, accounts: publisherAccounts }];
    const mandatory = play.publishers[0]?.mandatory ?? false;
    const ledger = closeBooks(
      { publishers, consumers },
      {
        confirms: play.publishers[0]?.guarantee !== 'none',
        unroutable: new Set(mandatory ? [] : unroutableIds(play)),
        leftInQueues: 0,
        uncountedQueues: 0,
        startMicros: 0,
      },
    );
    const republished = publisherAccounts.map((account) =>
      account.republished.map((layer) => SequenceSet.fromPlain(layer)),
    );
    const truth = truthOf(broker.truth().log, ({ publisher, sequence }) => {
      const layers = republished[publisher] ?? [];
      return 1 + layers.filter((layer) => layer.has(sequence)).length;
    });
    return { ledger, truth };
  } finally {
    await broker.stop();
  }
}

export function unroutableIds({ publishers, unroutable }: Play): number[] {
  return publishers.slice(publishers.length - unroutable).map(({ id }) => id);
}

async function declare(play: Play, url: string): Promise<void> {
  const administration = await Administration.open(url);
  await administration.declareExchange('x', false);
  for (let i = 0; i < play.queues; i++) {
    await administration.declareQueue({ name: `q${i}`, durable: false, arguments: {} });
    await administration.bindQueue(`q${i}`, 'x', `q${i}`);
  }
  await administration.close();
}

async function playAll(
  play: Play,
  url: string,
): Promise<{ publisherAccounts: PlainPublisherAccount[]; tally: ConsumerTally }> {
  // No wait between two attempts to connect, or a play would be mostly that.
  const surroundings = {
    client: loadClients[play.client],
    clock: systemClock,
    random: () => 0.02,
    pacer: new Pacer(systemClock, new TimerAlarm(systemClock), 0),
  };
  const counters = allocateCounters(2);
  const publisherTally = emptyPublisherTally(counterRow(counters, 0), systemClock);
  const tally = emptyConsumerTally(counterRow(counters, 1), systemClock, true);
  const publishers = play.publishers.map(
    (spec) => new Publisher({ ...spec, urls: [url] }, surroundings, publisherTally),
  );
  const consumers = play.consumers.map(
    (spec) => new Consumer({ ...spec, urls: [url] }, surroundings, tally),
  );
  await Promise.all([...publishers, ...consumers].map((one) => one.connect()));
  const instants = instantsFromNow();
  for (const consumer of consumers) consumer.begin(instants);
  await Promise.all(publishers.map((one) => one.run(instants, confirmLimitMicros)));
  await Promise.all(publishers.map((one) => one.close()));
  await Promise.all(consumers.map((one) => one.drain()));
  await untilQuiet(play, url, tally.counters);
  await Promise.all(consumers.map((one) => one.finish()));
  return { publisherAccounts: publishers.map((one) => one.account()), tally };
}

function instantsFromNow(): TrialInstants {
  const beginMicros = systemClock.nowMicros() + 1000;
  return {
    beginMicros,
    startMicros: beginMicros + 20_000,
    stopMicros: beginMicros + publishingMicros,
  };
}

/** Nothing is in the queues, everyone is connected, and nothing has come for a while. */
async function untilQuiet({ queues }: Play, url: string, counters: Float64Array): Promise<void> {
  const administration = await Administration.open(url);
  const limit = Date.now() + drainLimitMillis;
  let consumed = -1;
  for (let quiet = 0; quiet < quietMillis && Date.now() < limit; quiet += pollMillis) {
    for (let i = 0; i < queues; i++) {
      if ((await administration.readyMessages(`q${i}`)) > 0) quiet = 0;
    }
    if (counters[columnOf.down] !== 0 || counters[columnOf.consumed] !== consumed) quiet = 0;
    consumed = counters[columnOf.consumed] ?? 0;
    await sleep(pollMillis);
  }
  await administration.close();
}

/** What the books do not need. */
const emptyRecord = {
  loopUtilization: 0,
  outages: [],
  furtherOutages: 0,
  blockages: [],
  publishedInWindow: 0,
  confirmedInWindow: 0,
  offeredInWindow: 0,
  unsent: 0,
  lagByPart: { messages: [], sumMicros: [] },
  confirmService: '',
  confirm: '',
  publishLag: '',
};

function recordOf({ negativeLatencies, foreign }: ConsumerTally) {
  return {
    ...emptyRecord,
    ...{ consumedInWindow: 0, consumedBytesInWindow: 0, service: '', endToEnd: '' },
    ...{ negativeLatencies, foreign, unfinishedQueues: [] },
  };
}
