import { z } from 'zod';
import { clientSchema, connectSchema, measureSchema, queuesSchema } from './case-schema.js';
import { claimsSchema } from './claim-schema.js';
import { clusterConflicts, refusing } from './conflicts.js';
import { loadConflicts } from './load-conflicts.js';
import { consumersSchema, publishersSchema } from './load-schema.js';
import { rateConflicts } from './rate-conflicts.js';
import { targetSchema } from './target-schema.js';
import { varySchema } from './vary-schema.js';

/** A profile as it is written; parsing fills in the defaults and reads quantities as numbers. */
export const profileSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by hyphens, such as my-profile')
      .describe('Names the profile and the folder of its results: words joined by hyphens.'),
    description: z.string().optional().describe('What the profile asks, in a sentence.'),
    target: targetSchema,
    connect: connectSchema,
    client: clientSchema,
    queues: queuesSchema,
    publishers: publishersSchema,
    consumers: consumersSchema,
    measure: measureSchema,
    vary: varySchema,
    claims: claimsSchema,
  })
  .superRefine(refusing(clusterConflicts))
  .superRefine(refusing(loadConflicts))
  .superRefine(refusing(rateConflicts));

export type WrittenProfile = z.output<typeof profileSchema>;

/** The JSON Schema of a profile, for editors. */
export function profileJsonSchema(): object {
  const titled = profileSchema.meta({
    title: 'rmqbench profile',
    description: 'What rmqbench run measures: a cluster, its load, and the settings to vary.',
  });
  return z.toJSONSchema(titled, { io: 'input' });
}
