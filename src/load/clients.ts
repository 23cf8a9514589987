import { amqplibClient } from '../amqp/amqplib/client.js';
import type { LoadClient } from '../amqp/load-client.js';
import { wireClient } from '../amqp/wire/client.js';
import type { ClientName } from './protocol.js';

/** The clients that a profile may name. */
export const loadClients: Readonly<Record<ClientName, LoadClient>> = {
  wire: wireClient,
  amqplib: amqplibClient,
};
