import type { LoadClient } from '../load-client.js';
import { openConsumer } from './consumer.js';
import { openPublisher } from './publisher.js';

/** Load through amqplib: what a Node application would see. */
export const amqplibClient: LoadClient = { openPublisher, openConsumer };
