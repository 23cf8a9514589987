import { systemClock } from '../base/clock.js';
import { counterRow } from '../measure/counters.js';
import { LatencyHistogram } from '../measure/latency-histogram.js';
import { loadClients } from './clients.js';
import { connectAll } from './connect-all.js';
import { Control, outcomeOf } from './control.js';
import { loopUtilization } from './loop-utilization.js';
import type { PublisherRecord, PublisherTask, WorkerOutcome } from './protocol.js';
import { Publisher, type PublisherTally } from './publisher.js';

/** A thread's whole trial: connects its publishers, publishes, awaits confirms, disconnects. */
export async function runPublishers(task: PublisherTask): Promise<WorkerOutcome<PublisherRecord>> {
  const control = new Control(task.port);
  const tally: PublisherTally = {
    counters: counterRow(task.counters, task.row),
    publishedInWindow: 0,
    confirmedInWindow: 0,
    confirmService: LatencyHistogram.empty(),
    confirm: LatencyHistogram.empty(),
    publishLag: LatencyHistogram.empty(),
  };
  const publishers = task.publishers.map((spec) => new Publisher(spec, systemClock, tally));
  const outcome = await outcomeOf(async () => {
    const client = loadClients[task.client];
    const open = (one: Publisher) => one.open(client, (error) => control.fail(error));
    await control.until(connectAll(publishers, open));
    const instants = await control.ready();
    const utilization = loopUtilization(instants, systemClock);
    const runs = publishers.map((one) => one.run(instants, task.confirmLimitMicros));
    await control.until(Promise.all(runs));
    await control.until(Promise.all(publishers.map((publisher) => publisher.close())));
    return toRecord(publishers, tally, await utilization);
  });
  // After a failure the run ends, and this thread with all sockets that are still open.
  control.close();
  return outcome;
}

function toRecord(
  publishers: readonly Publisher[],
  tally: PublisherTally,
  utilization: number,
): PublisherRecord {
  return {
    loopUtilization: utilization,
    accounts: publishers.map((publisher) => publisher.account()),
    publishedInWindow: tally.publishedInWindow,
    confirmedInWindow: tally.confirmedInWindow,
    confirmService: tally.confirmService.encode(),
    confirm: tally.confirm.encode(),
    publishLag: tally.publishLag.encode(),
  };
}
