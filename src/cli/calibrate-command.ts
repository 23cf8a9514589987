import type { Argv, CommandModule } from 'yargs';
import { UsageError } from '../base/errors.js';
import { parseDurationMicros } from '../base/units.js';
import { renderCalibration } from '../report/calibration-summary.js';
import { paintFor } from '../report/paint.js';
import { type Calibration, isComplete, measuredMicros } from '../result/calibration.js';
import { calibrationPath, findCalibration, writeCalibration } from '../result/calibration-file.js';
import { type CeilingMode, ceilingModes } from '../result/generator-ceiling.js';
import { defaultStateRoot } from '../testbed/state-file.js';
import { interruptible } from './interrupt.js';
import { performCalibration } from './perform-calibration.js';
import { type Progress, progressOn } from './progress.js';

const durationMinMicros = 100_000;
const durationMaxMicros = 60e6;
const roundsMax = 100;
/** Later runs use the calibration of this client: the one that profiles have by default. */
const keptClient = 'wire';

interface CalibrateArguments {
  readonly client: Calibration['client'];
  readonly duration: string;
  readonly rounds: string;
  readonly only: readonly CeilingMode[];
  readonly json: boolean;
  readonly quiet: boolean;
}

export const calibrateCommand: CommandModule<object, CalibrateArguments> = {
  command: 'calibrate',
  describe: 'Measure what the generator can do on this machine, without a broker in the way',
  builder: (yargs) => calibrateOptions(yargs),
  handler: (args) => interruptible((signal) => calibrate(args, signal)),
};

function calibrateOptions(yargs: Argv): Argv<CalibrateArguments> {
  const flag = { type: 'boolean', default: false } as const;
  return yargs
    .option('client', {
      choices: ['wire', 'amqplib'] as const,
      default: keptClient as CalibrateArguments['client'],
      describe: 'AMQP client to measure',
    })
    .option('duration', {
      type: 'string',
      nargs: 1,
      default: '2s',
      describe: 'Measured time of each ceiling in each round',
    })
    .option('rounds', { type: 'string', nargs: 1, default: '3', describe: 'The median counts' })
    .option('only', {
      choices: ceilingModes,
      array: true,
      // One value for each --only, as everywhere.
      nargs: 1,
      default: [] as CeilingMode[],
      describe: 'Measure only this mode (repeatable); the outcome is not kept',
    })
    .option('json', { ...flag, describe: 'Print JSON instead of the table' })
    .option('quiet', { ...flag, describe: 'No progress, only the outcome' })
    .example('$0 calibrate', 'a little over two minutes; later runs say how near they came')
    .example('$0 calibrate --client amqplib', 'what a Node application could do')
    .example('$0 calibrate --only publish --rounds 1 --json', 'a quick look, for a program');
}

async function calibrate(args: CalibrateArguments, signal: AbortSignal): Promise<void> {
  const durationMicros = readDuration(args.duration);
  const rounds = readRounds(args.rounds);
  const modes = ceilingModes.filter((mode) => args.only.length === 0 || args.only.includes(mode));
  const progress = progressOn(process.stderr, args.quiet);
  const { client } = args;
  const calibration = await performCalibration({
    client,
    modes,
    rounds,
    durationMicros,
    signal,
    progress,
  });
  print(calibration, args.json);
  const kept = await keep(calibration);
  if (args.json) tell(kept, progress);
  else process.stdout.write(`\n${kept}\n`);
}

function print(calibration: Calibration, json: boolean): void {
  const { stdout } = process;
  if (json) {
    stdout.write(`${JSON.stringify(calibration)}\n`);
  } else {
    const layout = { columns: stdout.columns ?? 100, paint: paintFor(stdout) };
    stdout.write(`\n${renderCalibration(calibration, layout)}\n`);
  }
}

function tell(text: string, progress: Progress): void {
  progress.note(text);
  progress.end();
}

/** Keeps what later runs can use, and says whether it did. */
async function keep(calibration: Calibration): Promise<string> {
  if (calibration.client !== keptClient) {
    return `not kept: later runs use the calibration of the client ${keptClient}`;
  }
  if (!isComplete(calibration)) return 'not kept: later runs use a calibration of all modes';
  const path = calibrationPath(defaultStateRoot());
  const { calibration: before } = await findCalibration(path, calibration.environment);
  if (before && measuredMicros(before) > measuredMicros(calibration)) {
    const day = before.measuredAt.slice(0, 10);
    return `not kept: that of ${day} was measured for longer (${path})`;
  }
  await writeCalibration(path, calibration);
  return `kept for later runs: ${path}`;
}

function readDuration(text: string): number {
  const micros = parseDurationMicros(text);
  if (micros !== undefined && micros >= durationMinMicros && micros <= durationMaxMicros) {
    return micros;
  }
  throw new UsageError(`--duration ${text}: must be a duration from 100ms to 1m`, {
    hint: 'Write it with its unit, such as 500ms or 2s.',
  });
}

function readRounds(text: string): number {
  const rounds = Number(text);
  if (/^\d+$/.test(text) && rounds >= 1 && rounds <= roundsMax) return rounds;
  throw new UsageError(`--rounds ${text}: must be a whole number from 1 to ${roundsMax}`, {
    hint: 'The median of 3 rounds, the default, does away with one that was disturbed.',
  });
}
