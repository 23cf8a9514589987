import type { NullBrokerOptions } from '../../../src/amqp/null-broker/options.js';
import type { RunningNullBroker } from '../../../src/amqp/null-broker/spawn-null-broker.js';

/** A null broker in a process of its own, which only the built program has a file for. */
export async function spawnBuiltNullBroker(options: NullBrokerOptions): Promise<RunningNullBroker> {
  const built = new URL('../../../dist/amqp/null-broker/spawn-null-broker.js', import.meta.url);
  const { spawnNullBroker } = await import(built.href);
  return spawnNullBroker(options);
}
