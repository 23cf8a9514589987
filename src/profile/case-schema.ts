import { z } from 'zod';
import { queueConflicts, refusing } from './conflicts.js';
import { countMax, duration, wholeNumber } from './quantities.js';

/*
 * What decides how one case is run, as a profile writes it, but for its cluster and the load itself.
 * The descriptions show in editors; a default is written down here and nowhere else.
 */

const longest = '1h';
/** Counters are read every 100 ms: a shorter measurement would see none. */
const shortestMeasurement = '100ms';

export const connectSchema = z
  .enum(['load-balancer', 'spread'])
  .default('load-balancer')
  .describe('Connect through the load balancer (or the url), or to the nodes directly in turn.');

export const clientSchema = z
  .enum(['wire', 'amqplib'])
  .default('wire')
  .describe(
    'The AMQP client that publishes and consumes: our own, or what a Node.js application would use.',
  );

const mirrors = z.union(
  [
    z.enum(['none', 'all']),
    z.strictObject({
      exactly: wholeNumber(1, countMax).describe('Nodes with a copy, the first included.'),
    }),
  ],
  {
    error: 'none, all or { exactly: N }',
  },
);

const queueArgument = z.union([z.string(), z.number(), z.boolean()], {
  error: 'a text, a number, or true or false',
});

export const queuesSchema = z
  .strictObject({
    layout: z.enum(['direct']).default('direct').describe('Each publisher writes to one queue.'),
    count: wholeNumber(1, countMax).default(1).describe('Queues; publisher i uses i mod count.'),
    type: z.enum(['classic', 'quorum']).default('classic').describe('The type of the queues.'),
    mirrors: mirrors
      .default('none')
      .describe('Nodes that hold a copy of a classic queue: none, all, or { exactly: N }.'),
    durable: z.boolean().default(true).describe('Whether the queues survive a broker restart.'),
    arguments: z
      .record(z.string(), queueArgument)
      .default({})
      .describe('Further arguments of queue.declare, such as x-max-length.'),
  })
  .superRefine(refusing(queueConflicts))
  .prefault({})
  .describe('The queues, fresh for every trial.');

export const measureSchema = z
  .strictObject({
    warmup: duration('0s', longest).prefault('3s').describe('Load before the measurement.'),
    duration: duration(shortestMeasurement, longest)
      .prefault('10s')
      .describe('How long each trial is measured.'),
    rounds: wholeNumber(1, 1000).default(1).describe('How often every case is run.'),
    drain: duration('0s', longest)
      .prefault('30s')
      .describe('The longest a trial may take to fetch what is still queued at its end.'),
    seed: wholeNumber(0, 2 ** 32 - 1)
      .optional()
      .describe('Decides the order of cases in each round; drawn anew for each run if absent.'),
  })
  .prefault({})
  .describe('How long and how often.');
