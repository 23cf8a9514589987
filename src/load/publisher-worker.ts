import { systemClock } from '../base/clock.js';
import { counterRow } from '../measure/counters.js';
import { loadClients } from './clients.js';
import { connectAll } from './connect-all.js';
import { Control, outcomeOf } from './control.js';
import { loopUtilization } from './loop-utilization.js';
import type { Pacer } from './pacer.js';
import type { PublisherRecord, PublisherTask, WorkerOutcome } from './protocol.js';
import { Publisher } from './publisher.js';
import { emptyPublisherTally, type PublisherTally } from './publisher-tally.js';
import { startPacer } from './start-pacer.js';

/** A thread's whole trial: connects its publishers, publishes, awaits confirms, disconnects. */
export async function runPublishers(task: PublisherTask): Promise<WorkerOutcome<PublisherRecord>> {
  const control = new Control(task.port);
  const pacer = await startPacer(task.publishers, systemClock);
  try {
    return await outcomeOf(() => runTrial(task, control, pacer));
  } finally {
    // After a failure the run ends, and this thread with all sockets that are still open.
    pacer.end();
    control.close();
  }
}

async function runTrial(
  task: PublisherTask,
  control: Control,
  pacer: Pacer,
): Promise<PublisherRecord> {
  const tally = emptyPublisherTally(counterRow(task.counters, task.row), systemClock);
  const surroundings = {
    client: loadClients[task.client],
    clock: systemClock,
    random: Math.random,
    tls: task.tls,
    pacer,
  };
  const publishers = task.publishers.map((spec) => new Publisher(spec, surroundings, tally));
  await connectAll(publishers, (one) => one.connect());
  const instants = await control.ready();
  const utilization = loopUtilization(instants, systemClock, () => pacer.polledMicros);
  await Promise.all(publishers.map((one) => one.run(instants, task.confirmLimitMicros)));
  await Promise.all(publishers.map((one) => one.close()));
  return toRecord(publishers, tally, await utilization);
}

function toRecord(
  publishers: readonly Publisher[],
  tally: PublisherTally,
  utilization: number,
): PublisherRecord {
  return {
    loopUtilization: utilization,
    ...tally.connections.record(),
    accounts: publishers.map((publisher) => publisher.account()),
    publishedInWindow: tally.publishedInWindow,
    confirmedInWindow: tally.confirmedInWindow,
    offeredInWindow: tally.offeredInWindow,
    unsent: tally.unsent,
    lagByPart: { messages: [...tally.lagMessages], sumMicros: [...tally.lagSumMicros] },
    confirmService: tally.confirmService.encode(),
    confirm: tally.confirm.encode(),
    publishLag: tally.publishLag.encode(),
  };
}
