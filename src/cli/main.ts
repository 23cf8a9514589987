import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { UsageError } from '../base/errors.js';
import { ownVersion } from '../result/environment.js';
import { calibrateCommand } from './calibrate-command.js';
import { clusterCommand } from './cluster-command.js';
import { exitCodeOf, printError } from './print-error.js';
import { runCommand } from './run-command.js';
import { schemaCommand } from './schema-command.js';
import { validateCommand } from './validate-command.js';

/**
 * The whole program: reads the command line, runs one command, and turns whatever it throws into a
 * message and an exit code. Nothing else catches an error for the user.
 */
export async function main(argv: readonly string[]): Promise<void> {
  try {
    await parser(argv).parseAsync();
  } catch (error) {
    printError(error, { stream: process.stderr, debug: argv.includes('--debug') });
    process.exitCode = exitCodeOf(error);
  }
}

function parser(argv: readonly string[]) {
  return yargs(hideBin([...argv]))
    .scriptName('rmqbench')
    .usage('$0 <command>\n\nMeasures RabbitMQ clusters, and tells the truth about what happened.')
    .option('debug', { type: 'boolean', default: false, describe: 'Show where an error arose' })
    .command(runCommand)
    .command(validateCommand)
    .command(schemaCommand)
    .command(clusterCommand)
    .command(calibrateCommand)
    .demandCommand(1, 'Which command?')
    .recommendCommands()
    .strict()
    .version(ownVersion())
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw isOfYargs(error) ? new UsageError(message, { hint: 'See `rmqbench --help`.' }) : error;
    });
}

/** Whether yargs itself found fault with the command line; it says some of it with an error. */
function isOfYargs(error: Error | undefined): boolean {
  return error === undefined || error.name === 'YError';
}
