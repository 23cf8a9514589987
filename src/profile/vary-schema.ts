import { z } from 'zod';

/** What `vary` may give to a path: a scalar, or a map such as `{ window: 10 }`. */
export const varyValue = z.union(
  [z.string(), z.number(), z.boolean(), z.null(), z.record(z.string(), z.unknown())],
  { error: 'a single value or a map' },
);

const combination = z.record(z.string(), varyValue);

const values = z
  .array(varyValue, { error: 'a list of values' })
  .min(1, 'a list of at least one value');

/** Dotted paths with the values they take, and two lists that take cases out and put cases in. */
export const varySchema = z
  .object({
    include: z
      .array(combination)
      .default([])
      .describe('Adds values to the cases it agrees with, or else a case of its own.'),
    exclude: z
      .array(combination)
      .default([])
      .describe('Leaves out the cases that agree with all values of an entry.'),
  })
  .catchall(values)
  .prefault({})
  .describe('Dotted path: [values]. Every combination of values is a case.');
