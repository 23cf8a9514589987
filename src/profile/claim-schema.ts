import { z } from 'zod';
import { varyValue } from './vary-schema.js';

const throughputs = ['published', 'confirmed', 'consumed'].map((what) => `${what}PerSecond`);
const latencies = ['service', 'confirmService', 'endToEnd', 'confirm', 'publishLag'];
const statistics = ['min', 'p50', 'p90', 'p99', 'p999', 'p9999', 'max', 'mean'];

const metrics = [
  ...[...throughputs, 'consumedBytesPerSecond'].map((name) => `throughput.${name}`),
  ...latencies.flatMap((name) => statistics.map((one) => `latencyMicros.${name}.${one}`)),
];

const pair = z.tuple([varyValue, varyValue], {
  error: 'a list of two values, numerator and denominator',
});

const interval = z
  .tuple([z.number(), z.number()], { error: 'two numbers, the lower first' })
  .refine(([low, high]) => low < high, 'two numbers, the lower first');

const expectError = 'one of below, above, atLeast, atMost (a number) and between: [a, b]';

const claim = z.strictObject({
  says: z.string().min(1, 'a sentence').describe('The claim, as a short sentence.'),
  source: z.string().optional().describe('Who says so.'),
  metric: z
    .enum(metrics, {
      error: 'a metric such as throughput.consumedPerSecond or latencyMicros.endToEnd.p99',
    })
    .describe('What is compared.'),
  ratio: z
    .record(z.string(), pair)
    .refine((paths) => Object.keys(paths).length === 1, 'one varied path and two of its values')
    .meta({ minProperties: 1, maxProperties: 1 })
    .describe('A varied path and two of its values: the metric of the first ÷ of the second.'),
  expect: z
    .strictObject({
      below: z.number().optional().describe('The ratio is less than this.'),
      above: z.number().optional().describe('The ratio is more than this.'),
      atLeast: z.number().optional().describe('The ratio is this or more.'),
      atMost: z.number().optional().describe('The ratio is this or less.'),
      between: interval.optional().describe('The ratio is between these two.'),
    })
    .refine((limits) => Object.keys(limits).length === 1, expectError)
    .meta({ minProperties: 1, maxProperties: 1 })
    .describe('What the claim says about the ratio.'),
});

export type WrittenClaim = z.output<typeof claim>;

export const claimsSchema = z
  .array(claim)
  .default([])
  .describe('Statements about the results, each of which the run finds to hold or to fail.');
