import type { Options } from 'amqplib';
import { expect } from 'vitest';
import type { Lies } from '../../../../src/amqp/null-broker/lies/lies.js';
import type { Truth } from '../../../../src/amqp/null-broker/lies/truth.js';
import { noLies } from '../../../support/random-lies.js';
import { brokerFor } from './amqplib-connection.js';
import {
  declareQueue,
  isEmptied,
  StubbornConsumer,
  StubbornPublisher,
} from './stubborn-clients.js';

export interface TrialPlan {
  readonly messages?: number;
  readonly noAck?: boolean;
  /** Consumers begin when all is published, so that nothing depends on how fast they are. */
  readonly consumesAfterwards?: boolean;
  readonly publish?: Options.Publish;
}

/** What two publishers and two consumers saw. */
export interface Trial {
  readonly publishers: readonly StubbornPublisher[];
  readonly consumers: readonly StubbornConsumer[];
  readonly truth: Truth;
}

/** Publishes and consumes through a broker with these lies until its queue is empty. */
export async function trialWith(lies: Partial<Lies>, plan: TrialPlan = {}): Promise<Trial> {
  const { messages = 200, noAck = false, consumesAfterwards = false, publish = {} } = plan;
  const broker = await brokerFor({ lies: { ...noLies, ...lies } });
  await declareQueue(broker);
  const publishers = [3, 4].map((id) => new StubbornPublisher(broker, id));
  const consumers = ['consumer 1', 'consumer 2'].map(
    (name) => new StubbornConsumer(broker, name, { noAck }),
  );
  const start = () => Promise.all(consumers.map((consumer) => consumer.start()));
  if (!consumesAfterwards) await start();
  await Promise.all(publishers.map((publisher) => publisher.publish(messages, publish)));
  if (consumesAfterwards) await start();
  await isEmptied(broker);
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  return { publishers, consumers, truth: broker.truth() };
}

/** What the clients saw is what the broker says it told them, one by one. */
export function expectTheTruth({ publishers, consumers, truth }: Trial): void {
  for (const kind of ['confirmed', 'nacked', 'returned'] as const) {
    const seen = publishers.flatMap((publisher) => [...publisher[kind]]);
    expect({ [kind]: seen }).toEqual({ [kind]: [...truth[kind]] });
  }
  for (const { name, seen } of consumers) {
    const told = truth.log.flatMap((entry) =>
      entry.kind === 'delivered' && entry.consumer === name
        ? [{ publisher: entry.publisher, sequence: entry.sequence, trip: entry.trip }]
        : [],
    );
    expect({ [name]: seen }).toEqual({ [name]: told });
  }
}
