import type { LoadClient } from '../load-client.js';
import { openConsumer } from './consumer.js';
import { openPublisher } from './publisher.js';

/** Load through our own client, which works on the bytes of the protocol. */
export const wireClient: LoadClient = { openPublisher, openConsumer };
