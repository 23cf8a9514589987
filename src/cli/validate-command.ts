import type { CommandModule } from 'yargs';
import { exitCodes } from '../base/exit-codes.js';
import { caseName } from '../base/vary-text.js';
import { capacitySearches } from '../plan/capacity-searches.js';
import { planRun } from '../plan/run-plan.js';
import { loadProfile } from '../profile/load.js';
import { ProfileError } from '../profile/profile-error.js';
import type { Profile } from '../profile/settings.js';
import { probeMeasure, usualProbes } from '../run/capacity.js';
import { setOption } from './profile-options.js';

interface ValidateArguments {
  readonly profile: string;
  readonly set: readonly string[];
  readonly json: boolean;
}

export const validateCommand: CommandModule<object, ValidateArguments> = {
  command: 'validate <profile>',
  describe: 'Check a profile without running it, and list its cases',
  builder: (yargs) =>
    yargs
      .positional('profile', { type: 'string', demandOption: true, describe: 'Profile file' })
      .option('set', setOption)
      .option('json', { type: 'boolean', default: false, describe: 'Print JSON' })
      .example('$0 validate profiles/mirror-persistent.yaml', 'its 16 cases'),
  handler: async ({ profile: path, set, json }) => {
    try {
      const profile = await loadProfile({ path, overrides: set, environment: process.env });
      process.stdout.write(json ? asJson(profile) : asText(path, profile));
    } catch (error) {
      if (!json || !(error instanceof ProfileError)) throw error;
      process.stdout.write(`${JSON.stringify({ valid: false, problems: error.problems })}\n`);
      process.exitCode = exitCodes.usage;
    }
  },
};

function asJson({ name, rounds, cases, claims }: Profile): string {
  const names = cases.map(({ vary }) => caseName(vary));
  return `${JSON.stringify({ valid: true, name, rounds, cases: names, claims: claims.length })}\n`;
}

function asText(path: string, profile: Profile): string {
  const { rounds, cases, claims } = profile;
  const measuring = cases.reduce(
    (total, { settings: { measure } }) => total + measure.warmupMicros + measure.durationMicros,
    0,
  );
  const probes = usualProbes * capacitySearches(planRun(profile, 0).cases).length;
  const probing = probes * (probeMeasure.warmupMicros + probeMeasure.durationMicros);
  const minutes = Math.ceil((measuring * rounds + probing) / 60e6);
  const count = (n: number, noun: string) => `${n} ${noun}${n === 1 ? '' : 's'}`;
  const head = `${path} is valid: ${count(cases.length, 'case')} × ${count(rounds, 'round')}`;
  const names = cases.map(({ vary }) => `  ${caseName(vary)}\n`);
  return `${head}, ${count(claims.length, 'claim')}, ${minutes} min of load\n${names.join('')}`;
}
