import type { PublisherSpec, TrialInstants } from '../../src/load/protocol.js';
import { Publisher, type PublisherTally } from '../../src/load/publisher.js';
import { allocateCounters, counterRow } from '../../src/measure/counters.js';
import { LatencyHistogram } from '../../src/measure/latency-histogram.js';
import { FakeClient, type FakePublisherChannel, present } from '../support/fake-channel.js';
import { FakeClock } from '../support/fake-clock.js';

/** Publishing begins at 100 ms of fake time; 300 to 1,000 ms are measured. */
export const instants: TrialInstants = {
  beginMicros: 100_000,
  startMicros: 300_000,
  stopMicros: 1_000_000,
};

export interface Publishing {
  readonly clock: FakeClock;
  readonly channel: FakePublisherChannel;
  readonly publisher: Publisher;
  readonly tally: PublisherTally;
  /** Resolves when the publisher says that it is done. */
  readonly done: Promise<void>;
}

/** A publisher that runs, at fake time 0, with the test as its broker. */
export async function startPublisher(
  spec: Partial<PublisherSpec>,
  confirmLimitMicros = 500_000,
): Promise<Publishing> {
  const clock = new FakeClock();
  const client = new FakeClient();
  const tally: PublisherTally = {
    counters: counterRow(allocateCounters(1), 0),
    publishedInWindow: 0,
    confirmedInWindow: 0,
    confirmService: LatencyHistogram.empty(),
    confirm: LatencyHistogram.empty(),
    publishLag: LatencyHistogram.empty(),
  };
  const whole: PublisherSpec = {
    id: 7,
    url: 'amqp://broker',
    connectionName: 'publisher 7',
    exchange: 'x',
    routingKey: 'q',
    payloadBytes: 20,
    persistent: false,
    confirmWindow: undefined,
    ratePerSecond: undefined,
    phase: 0,
    ...spec,
  };
  const publisher = new Publisher(whole, clock, tally);
  await publisher.open(client, () => {});
  const done = publisher.run(instants, confirmLimitMicros);
  return { clock, channel: present(client.publisher), publisher, tally, done };
}
