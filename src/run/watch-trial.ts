import { readBrokerUrl } from '../base/broker-url.js';
import { hasProcFiles } from '../observe/process-use.js';
import { type ToWatch, Watcher } from '../observe/watcher.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { Cluster } from './cluster.js';

/** A watcher for a trial, of all that can be watched of its cluster. */
export function watcherOf(plan: LoadPlan, cluster: Cluster): Watcher {
  const { addresses, management } = cluster;
  const { testbed } = addresses;
  return new Watcher({
    management: management && {
      ask: (path, signal) => management.get(path, signal),
      vhost: readBrokerUrl(addresses.entryUrls[0]).vhost,
      queueNames: new Set(plan.queues.map(({ name }) => name)),
      // Those of publishers and consumers alone: administration is not named after the trial.
      isCounted: (name) => name.startsWith(`${plan.prefix} `),
    },
    statisticsUrl: testbed?.statisticsUrl,
    processes: testbed?.processes ?? [],
    absent: absentIn(cluster),
  });
}

function absentIn({ addresses, management }: Cluster): ToWatch['absent'] {
  const brokers =
    "The brokers' memory, disks, queues and connections were not watched: no management API answers.";
  const processes =
    "The load balancer and the brokers' processes were not watched: rmqbench did not start them.";
  const noFiles =
    "The brokers' processes were not watched: this system does not show them below /proc.";
  return [
    ...(management ? [] : [brokers]),
    ...(addresses.testbed ? [] : [processes]),
    ...(addresses.testbed && !hasProcFiles() ? [noFiles] : []),
  ];
}
