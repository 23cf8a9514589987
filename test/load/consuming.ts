import { Consumer, type ConsumerTally } from '../../src/load/consumer.js';
import { DeliveryBook } from '../../src/load/delivery-book.js';
import type { ConsumerSpec, TrialInstants } from '../../src/load/protocol.js';
import { allocateCounters, counterRow } from '../../src/measure/counters.js';
import { LatencyHistogram } from '../../src/measure/latency-histogram.js';
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
  const clock = new FakeClock();
  const client = new FakeClient();
  const tally: ConsumerTally = {
    counters: counterRow(allocateCounters(1), 0),
    book: new DeliveryBook(),
    scheduled,
    consumedInWindow: 0,
    consumedBytesInWindow: 0,
    negativeLatencies: 0,
    service: LatencyHistogram.empty(),
    endToEnd: LatencyHistogram.empty(),
  };
  const whole: ConsumerSpec = {
    id: 3,
    url: 'amqp://broker',
    connectionName: 'consumer 3',
    queue: 'q',
    prefetch: 100,
    acknowledgeEvery: 1,
    ...spec,
  };
  const consumer = new Consumer(whole, clock, tally);
  await consumer.open(client, () => {});
  return { clock, channel: present(client.consumer), consumer, tally };
}
