import type { ConsumerRecord, PublisherRecord, TrialInstants } from '../load/protocol.js';
import type { Watched } from '../observe/watcher.js';
import type { LoadPlan } from '../plan/load-plan.js';
import type { PlannedTrial } from '../plan/run-plan.js';
import type { LeftInQueues } from './remove-topology.js';
import type { Sampler } from './sampler.js';
import type { Redeclaration } from './topology-keeper.js';

/** What a trial's measuring leaves behind. */
export interface Measured {
  readonly instants: TrialInstants;
  /** When all publishers had ended, µs of the shared clock. */
  readonly publishersEndMicros: number;
  readonly consumersEndMicros: number;
  readonly publishers: readonly PublisherRecord[];
  readonly consumers: readonly ConsumerRecord[];
  readonly sampler: Sampler;
  /** CPU time of this whole process over the measured window. */
  readonly cpuMicros: number;
}

/** A trial whose queues are gone and whose books can be closed. */
export interface FinishedTrial extends Measured, LeftInQueues {
  readonly planned: PlannedTrial;
  readonly plan: LoadPlan;
  readonly startedAt: Date;
  readonly redeclarations: readonly Redeclaration[];
  /** What was seen of the brokers and the processes meanwhile. */
  readonly watched: Watched;
}
