import type { LoadClient, TlsOptions } from '../amqp/load-client.js';
import type { Clock } from '../base/clock.js';
import type { Pacer } from './pacer.js';

/** What publishers and consumers are given and do not decide. */
export interface Surroundings {
  readonly client: LoadClient;
  readonly tls?: TlsOptions | undefined;
  readonly clock: Clock;
  /** Gives numbers from 0 to 1. */
  readonly random: () => number;
}

export interface PublisherSurroundings extends Surroundings {
  /** Of all publishers of the thread together. */
  readonly pacer: Pacer;
}
