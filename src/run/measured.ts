import type { ConsumerRecord, PublisherRecord, TrialInstants } from '../load/protocol.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { Sampler } from './sampler.js';

/** What a trial's measuring leaves behind. */
export interface Measured {
  readonly instants: TrialInstants;
  readonly publishers: readonly PublisherRecord[];
  readonly consumers: readonly ConsumerRecord[];
  readonly sampler: Sampler;
  /** CPU time of this whole process over the measured window. */
  readonly cpuMicros: number;
}

/** A trial whose queues are gone and whose books can be closed. */
export interface FinishedTrial extends Measured {
  readonly planned: PlannedTrial;
  readonly startedAt: Date;
  readonly leftInQueues: number;
}
