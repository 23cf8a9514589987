import { Consumer } from '../../src/load/consumer.js';
import { type ConsumerTally, emptyConsumerTally } from '../../src/load/consumer-tally.js';
import type { ConsumerSpec, TrialInstants } from '../../src/load/protocol.js';
import { allocateCounters, counterRow } from '../../src/measure/counters.js';
import { FakeClient, type FakeConsumerChannel, present } from '../support/fake-channel.js';
import { FakeClock } from '../support/fake-clock.js';

/** Publishing begins at 100 ms of fake time; 300 to 1,000 ms are measured. */
const instants: TrialInstants = {
  beginMicros: 100_000,
  startMicros: 300_000,
  stopMicros: 1_000_000,
};

export interface Consuming {
  readonly clock: FakeClock;
  readonly client: FakeClient;
  /** The first connection's. */
  readonly channel: FakeConsumerChannel;
  readonly consumer: Consumer;
  readonly tally: ConsumerTally;
}

/** A subscribed consumer that was told the instants, at fake time 0, with the test as its broker. */
export async function startConsumer(
  spec: Partial<ConsumerSpec> = {},
  scheduled = true,
): Promise<Consuming> {
  const consuming = await subscribedConsumer(spec, scheduled);
  consuming.consumer.begin(instants);
  return consuming;
}

/** The same before it was told the instants. */
export async function subscribedConsumer(
  spec: Partial<ConsumerSpec> = {},
  scheduled = true,
): Promise<Consuming> {
  const made = makeConsumer(spec, scheduled);
  await made.consumer.connect();
  return { ...made, channel: present(made.client.consumers[0]) };
}

/**
 * The same before it connects. When its connection is lost, it waits 200 ms before it connects again,
 * after a failure 400 ms, and so on.
 */
export function makeConsumer(
  spec: Partial<ConsumerSpec> = {},
  scheduled = true,
): Omit<Consuming, 'channel'> {
  const clock = new FakeClock();
  const client = new FakeClient();
  const tally = emptyConsumerTally(counterRow(allocateCounters(1), 0), clock, scheduled);
  const whole: ConsumerSpec = {
    id: 3,
    urls: ['amqp://broker'],
    connectionName: 'consumer 3',
    queue: 'q',
    prefetch: 100,
    acknowledgeEvery: 1,
    nackShare: 0,
    requeue: false,
    workMicros: 0,
    ratePerSecond: undefined,
    ...spec,
  };
  const consumer = new Consumer(whole, { client, clock, random: () => 1 }, tally);
  return { clock, client, consumer, tally };
}
