import { systemClock } from '../base/clock.js';
import { counterRow } from '../measure/counters.js';
import { loadClients } from './clients.js';
import { connectAll } from './connect-all.js';
import { Consumer } from './consumer.js';
import { type ConsumerTally, emptyConsumerTally } from './consumer-tally.js';
import { Control, outcomeOf } from './control.js';
import { loopUtilization } from './loop-utilization.js';
import type { ConsumerRecord, ConsumerTask, WorkerOutcome } from './protocol.js';

/** A thread's whole trial: connects its consumers, consumes, drains the queues, disconnects. */
export async function runConsumers(task: ConsumerTask): Promise<WorkerOutcome<ConsumerRecord>> {
  const control = new Control(task.port);
  const tally = emptyConsumerTally(
    counterRow(task.counters, task.row),
    systemClock,
    task.scheduled,
  );
  const surroundings = {
    client: loadClients[task.client],
    tls: task.tls,
    clock: systemClock,
    random: Math.random,
  };
  const consumers = task.consumers.map((spec) => new Consumer(spec, surroundings, tally));
  const all = (act: (consumer: Consumer) => Promise<void>) => Promise.all(consumers.map(act));
  const outcome = await outcomeOf(async () => {
    await connectAll(consumers, (one) => one.connect());
    const instants = await control.ready();
    const utilization = loopUtilization(instants, systemClock);
    for (const consumer of consumers) consumer.begin(instants);
    await control.told('drain');
    await all((consumer) => consumer.drain());
    await control.told('finish');
    await all((consumer) => consumer.finish());
    return toRecord(tally, await utilization);
  });
  // After a failure the run ends, and this thread with all sockets that are still open.
  control.close();
  return outcome;
}

function toRecord(tally: ConsumerTally, utilization: number): ConsumerRecord {
  return {
    loopUtilization: utilization,
    ...tally.connections.record(),
    accounts: tally.book.accounts(),
    consumedInWindow: tally.consumedInWindow,
    consumedBytesInWindow: tally.consumedBytesInWindow,
    negativeLatencies: tally.negativeLatencies,
    foreign: tally.foreign,
    unfinishedQueues: [...tally.unfinishedQueues],
    service: tally.service.encode(),
    endToEnd: tally.endToEnd.encode(),
  };
}
