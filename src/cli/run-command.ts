import type { Argv, CommandModule } from 'yargs';
import { UsageError } from '../base/errors.js';
import type { ExitCode } from '../base/exit-codes.js';
import { filterCases } from '../plan/case-filter.js';
import { loadProfile } from '../profile/load.js';
import type { Profile } from '../profile/settings.js';
import { paintFor } from '../report/paint.js';
import { renderRunSummary } from '../report/run-summary.js';
import { defaultResultPath } from '../result/result-file.js';
import { cleanAbandoned } from '../testbed/abandoned.js';
import { defaultStateRoot } from '../testbed/state-file.js';
import { interruptible } from './interrupt.js';
import { performRun, type RunEnd } from './perform-run.js';
import { exitCodeOf, printError } from './print-error.js';
import { setOption } from './profile-options.js';
import { progressOn } from './progress.js';

import { judgeResult, worstOf } from './verdict.js';

/** What `main` offers to every command. */
interface CommonArguments {
  readonly debug: boolean;
}

interface RunArguments extends CommonArguments {
  readonly profile: readonly string[];
  readonly set: readonly string[];
  readonly only: readonly string[];
  readonly url: string | undefined;
  readonly out: string | undefined;
  readonly strict: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

export const runCommand: CommandModule<CommonArguments, RunArguments> = {
  command: 'run <profile..>',
  describe: 'Run every case of a profile in every round, and say what came out',
  builder: (yargs) => runOptions(yargs),
  handler: async (args) => {
    process.exitCode = await interruptible((signal) => runProfiles(args, signal));
  },
};

function runOptions(yargs: Argv<CommonArguments>): Argv<RunArguments> {
  const flag = { type: 'boolean', default: false } as const;
  return yargs
    .positional('profile', {
      type: 'string',
      array: true,
      demandOption: true,
      describe: 'Profile files',
    })
    .option('set', setOption)
    .option('only', { ...setOption, describe: 'Only cases with path=value (repeatable)' })
    .option('url', {
      type: 'string',
      nargs: 1,
      describe:
        'Measure the cluster at this amqp:// or amqps:// address instead of the profile’s target',
    })
    .option('out', { type: 'string', nargs: 1, describe: 'Result file to write' })
    .option('strict', { ...flag, describe: 'A failing claim ends with exit code 4' })
    .option('json', { ...flag, describe: 'Print the result as JSON instead of the table' })
    .option('quiet', { ...flag, describe: 'No progress, only the outcome' })
    .example('$0 run profiles/quickstart.yaml', 'about a minute, on a cluster of its own')
    .example(
      '$0 run p.yaml --set measure.rounds=5 --only queues.mirrors=all',
      'more rounds, fewer cases',
    )
    .example("$0 run p.yaml --url 'amqp://user:${PASS}@host:5672'", 'your own cluster')
    .example(
      "$0 run p.yaml --url 'amqps://user:${PASS}@host' --set target.tls.ca=ca.pem",
      'over TLS',
    );
}

/** Runs the profiles one after the other; every one is checked before the first one starts. */
async function runProfiles(args: RunArguments, signal: AbortSignal): Promise<ExitCode> {
  if (args.out !== undefined && args.profile.length > 1) {
    throw new UsageError('--out names one file, and there are several profiles', {
      hint: 'Leave --out away: each result gets a file of its own.',
    });
  }
  const profiles = await Promise.all(args.profile.map((path) => readProfile(path, args)));
  const progress = progressOn(process.stderr, args.quiet);
  for (const name of await cleanAbandoned(defaultStateRoot())) {
    progress.note(`cleaned up the cluster "${name}", whose rmqbench had been killed`);
  }
  let code: ExitCode = 0;
  for (const profile of profiles) {
    const startedAt = new Date();
    const path = args.out ?? defaultResultPath(profile.name, startedAt);
    const end = await performRun(profile, { path, startedAt, signal, progress });
    code = worstOf(code, tellEnd(end, path, args));
    if (end.error !== undefined) break;
  }
  return code;
}

/** The profile with the cases that `--only` leaves of it. */
async function readProfile(path: string, { set, url, only }: RunArguments): Promise<Profile> {
  const options = { path, overrides: set, target: url, environment: process.env };
  const profile = await loadProfile(options);
  return { ...profile, cases: filterCases(profile.cases, only) };
}

function tellEnd({ result, error }: RunEnd, path: string, args: RunArguments): ExitCode {
  const { stdout, stderr } = process;
  const hasTrials = result.cases.some(({ trials }) => trials.length > 0);
  if (args.json) {
    stdout.write(`${JSON.stringify(result)}\n`);
  } else if (hasTrials) {
    const layout = { columns: stdout.columns ?? 100, paint: paintFor(stdout) };
    stdout.write(`\n${renderRunSummary(result, layout)}\n\nresult: ${path}\n`);
  }
  if (error === undefined) return judgeResult(result, args.strict);
  printError(error, { stream: stderr, debug: args.debug });
  return exitCodeOf(error);
}
