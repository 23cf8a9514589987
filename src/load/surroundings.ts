import type { LoadClient } from '../amqp/load-client.js';
import type { Clock } from '../base/clock.js';

/** What publishers and consumers are given and do not decide. */
export interface Surroundings {
  readonly client: LoadClient;
  readonly clock: Clock;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
}
