import { z } from 'zod';
import { duration, perSecond, perSecondOrNone, share } from './quantities.js';

/*
 * How many messages are sent, and when, as a profile writes it.
 */

const step = z.strictObject({
  for: duration('1ms', '1h').describe('How long it lasts.'),
  rate: perSecondOrNone().describe('The rate all the while; 0 is a pause.'),
});

const ramp = z.strictObject({
  for: duration('1ms', '1h').describe('How long it lasts.'),
  from: perSecondOrNone().describe('The rate at its beginning; may be 0.'),
  to: perSecondOrNone().describe('The rate at its end, which is reached evenly; may be 0.'),
});

const part = z.union([step, ramp], {
  error: 'a step { for: 10s, rate: 1k/s } or a ramp { for: 10s, from: 1k/s, to: 5k/s }',
});

const schedule = z
  .array(part)
  .min(1, { error: 'a list of at least one step or ramp', abort: true });

const constantOrSchedule = z.union([perSecond(), schedule], {
  error:
    'a rate above 0 such as 5k/s, a number of messages per second, or a list of steps and ramps',
});

/** The most of its capacity that a case may be asked to carry; above 1 it must fall behind. */
const shareMaxPercent = 200;
const shareMinPercent = 0.1;

export const publishRate = z.union(
  [
    z.literal('max'),
    perSecond(),
    z.strictObject({
      each: constantOrSchedule.describe('The rate of each publisher, or steps and ramps of it.'),
    }),
    z.strictObject({
      total: constantOrSchedule.describe(
        'The rate of all publishers together, or steps and ramps of it.',
      ),
    }),
    z.strictObject({
      ofCapacity: share(shareMinPercent, shareMaxPercent).describe(
        'A share of what the case can carry, all publishers together; the run finds that out first.',
      ),
    }),
  ],
  {
    error:
      'max, a rate such as 5k/s, a number per second for each publisher, { total: 5k/s }, ' +
      'steps and ramps as { each: […] } or { total: […] }, or { ofCapacity: 50% }',
  },
);

export type WrittenRate = z.output<typeof publishRate>;
export type WrittenStep = z.output<typeof part>;
