import type { CommandModule } from 'yargs';
import { profileJsonSchema } from '../profile/schema.js';

export const schemaCommand: CommandModule = {
  command: 'schema',
  describe: 'Print the JSON Schema of profiles, for editors',
  builder: (yargs) =>
    yargs.example('$0 schema > rmqbench.schema.json', 'name it in a profile’s first line'),
  handler: () => {
    process.stdout.write(`${JSON.stringify(profileJsonSchema(), null, 2)}\n`);
  },
};
