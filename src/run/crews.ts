import { availableParallelism } from 'node:os';
import type {
  ConsumerRecord,
  ConsumerTask,
  PublisherRecord,
  PublisherTask,
} from '../load/protocol.js';
import { Crew } from './crew.js';

/** The publishing and the consuming threads of a run. */
export interface Crews {
  readonly publishers: Crew<PublisherTask, PublisherRecord>;
  readonly consumers: Crew<ConsumerTask, ConsumerRecord>;
}

/** Half of the processors, at least one. */
function usualThreads(): number {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}

/** Starts so many threads for each side; by default half of the processors' worth. */
export function hireCrews(threads = usualThreads()): Crews {
  const worker = (file: string, name: string) => ({ file: new URL(file, import.meta.url), name });
  return {
    publishers: new Crew(worker('../load/publisher-worker.js', 'runPublishers'), threads),
    consumers: new Crew(worker('../load/consumer-worker.js', 'runConsumers'), threads),
  };
}

export async function endCrews(crews: Crews): Promise<void> {
  await Promise.all([crews.publishers.end(), crews.consumers.end()]);
}
