import { TimerAlarm } from '../../src/load/alarm.js';
import { Pacer } from '../../src/load/pacer.js';
import type { PublisherSpec, TrialInstants } from '../../src/load/protocol.js';
import { Publisher } from '../../src/load/publisher.js';
import { emptyPublisherTally, type PublisherTally } from '../../src/load/publisher-tally.js';
import { allocateCounters, counterRow } from '../../src/measure/counters.js';
import { FakeClient, type FakePublisherChannel, present } from '../support/fake-channel.js';
import { FakeClock } from '../support/fake-clock.js';
import { constantly } from '../support/schedule.js';

/** Publishing begins at 100 ms of fake time; 300 to 1,000 ms are measured. */
export const instants: TrialInstants = {
  beginMicros: 100_000,
  startMicros: 300_000,
  stopMicros: 1_000_000,
};

export interface Publishing {
  readonly clock: FakeClock;
  readonly client: FakeClient;
  /** The first connection's. */
  readonly channel: FakePublisherChannel;
  readonly publisher: Publisher;
  readonly tally: PublisherTally;
  /** Resolves when the publisher says that it is done. */
  readonly done: Promise<void>;
}

/** What a test asks of its publisher; a constant rate by its number. */
export type PublisherChanges = Partial<PublisherSpec> & {
  readonly ratePerSecond?: number;
  readonly phase?: number;
};

/** With confirms, of which so many messages may be waiting. */
export function confirming(window: number) {
  return { guarantee: 'confirm', window } as const;
}

/** With transactions of so many messages. */
export function transacting(window: number) {
  return { guarantee: 'transaction', window } as const;
}

/** A publisher with nothing special about it. */
export function publisherSpec({
  ratePerSecond,
  phase = 0,
  ...spec
}: PublisherChanges): PublisherSpec {
  return {
    id: 7,
    urls: ['amqp://broker'],
    connectionName: 'publisher 7',
    exchange: 'x',
    routingKey: 'q',
    payloadBytes: 20,
    persistent: false,
    mandatory: false,
    guarantee: 'none',
    window: 1,
    onReconnect: 'republish',
    schedule: ratePerSecond === undefined ? undefined : constantly(ratePerSecond, phase),
    ...spec,
  };
}

/**
 * A publisher that runs, at fake time 0, with the test as its broker. When its connection is lost, it
 * waits 200 ms before it connects again, after a failure 400 ms, and so on.
 */
export async function startPublisher(
  changes: PublisherChanges,
  confirmLimitMicros = 500_000,
  client = new FakeClient(),
): Promise<Publishing> {
  const clock = new FakeClock();
  const tally = emptyPublisherTally(counterRow(allocateCounters(1), 0), clock);
  const pacer = new Pacer(clock, new TimerAlarm(clock), 0);
  const surroundings = { client, clock, random: () => 1, pacer };
  const publisher = new Publisher(publisherSpec(changes), surroundings, tally);
  await publisher.connect();
  const done = publisher.run(instants, confirmLimitMicros);
  return { clock, client, channel: present(client.publishers[0]), publisher, tally, done };
}
