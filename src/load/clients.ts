import { amqplibClient } from '../amqp/amqplib/client.js';
import type { LoadClient } from '../amqp/load-client.js';

/** The clients that a profile may name. */
export const loadClients: Readonly<Record<'amqplib', LoadClient>> = { amqplib: amqplibClient };
