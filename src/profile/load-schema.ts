import { z } from 'zod';
import { refusing } from './conflicts.js';
import { consumerConflicts } from './load-conflicts.js';
import { countMax, duration, perSecond, share, size, wholeNumber } from './quantities.js';
import { publishRate } from './rate-schema.js';

/*
 * The load of one case, as a profile writes it: who sends and who receives. The descriptions show in
 * editors; a default is written down here and nowhere else.
 */

/** The 12 bytes at the start of each message say who sent it and when. */
const stampBytes = 12;

const confirm = z.union(
  [
    z.literal('none'),
    z.strictObject({
      window: wholeNumber(1, 1_000_000).describe(
        'Messages of one publisher that may await a confirm.',
      ),
    }),
    z.strictObject({
      transaction: wholeNumber(1, 65_536).describe(
        'Messages of one transaction; the next begins when the broker has committed it.',
      ),
    }),
  ],
  { error: 'none, { window: N } or { transaction: N }' },
);

export const publishersSchema = z
  .strictObject({
    count: wholeNumber(1, countMax)
      .optional()
      .describe('Publishers, a connection each; one for each queue if absent.'),
    rate: publishRate
      .default('max')
      .describe(
        'max, a rate for each publisher (5k/s or a number), { total: 5k/s }, steps and ramps of ' +
          'either, or a share of what the case can carry, { ofCapacity: 50% }.',
      ),
    arrivals: z
      .enum(['constant', 'poisson'])
      .default('constant')
      .describe('Whether messages are due at equal distances, or at random at the same rate.'),
    size: size(stampBytes, '128MiB')
      .prefault(stampBytes)
      .describe('Size of a message body: 1KiB, or a number of bytes; at least 12.'),
    persistent: z.boolean().default(false).describe('Whether messages are written to disk.'),
    confirm: confirm
      .default({ window: 1000 })
      .describe(
        'What the broker promises: nothing (none), a confirm for each message, of which { window: N } ' +
          'may be awaited, or a commit for each { transaction: N } messages.',
      ),
    mandatory: z
      .boolean()
      .default(false)
      .describe('Whether the broker returns messages that it can route to no queue.'),
    unroutable: wholeNumber(0, countMax)
      .default(0)
      .describe('So many publishers, the last ones, send with a key that no queue is bound to.'),
    onReconnect: z
      .enum(['republish', 'drop'])
      .default('republish')
      .describe('What becomes of messages whose connection was lost before their confirm came.'),
  })
  .prefault({})
  .describe('Who sends.');

const ack = z.union(
  [
    z.enum(['none', 'each']),
    z.strictObject({
      every: wholeNumber(1, 1_000_000).describe('Messages that one acknowledgement is for.'),
    }),
  ],
  { error: 'none, each or { every: N }' },
);

const nack = z.union(
  [
    z.literal('none'),
    z.strictObject({
      share: share().describe('The share of them: 5%, or a number from 0 to 1.'),
      requeue: z
        .boolean()
        .default(true)
        .describe(
          'Whether they are queued again, or dropped (dead-lettered, if the queue says so).',
        ),
    }),
  ],
  { error: 'none or { share: 5%, requeue: true }' },
);

const consumeRate = z.union([z.literal('max'), perSecond()], {
  error: 'max, a rate such as 100/s, or a number of messages per second for each consumer',
});

export const consumersSchema = z
  .strictObject({
    count: wholeNumber(1, countMax)
      .optional()
      .describe('Consumers, a connection each; one for each queue if absent.'),
    prefetch: wholeNumber(0, 65_535)
      .default(100)
      .describe('Unacknowledged messages a consumer may hold; 0 is no limit.'),
    ack: ack
      .default('each')
      .describe('Acknowledge each message, one for { every: N } messages, or none.'),
    nack: nack
      .default('none')
      .describe('Give back a share of the messages when they come for the first time.'),
    work: duration('0s', '1m')
      .prefault('0s')
      .describe('How long a consumer is busy with each message before it acknowledges it.'),
    rate: consumeRate
      .default('max')
      .describe(
        'The most messages a second that each consumer acknowledges: max, or such as 100/s.',
      ),
  })
  .superRefine(refusing(consumerConflicts))
  .prefault({})
  .describe('Who receives.');
