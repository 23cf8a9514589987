import { messageOf, RmqbenchError } from '../base/errors.js';
import { type ExitCode, exitCodes } from '../base/exit-codes.js';
import { paintFor } from '../report/paint.js';

/** Says what is wrong, where, and what to do; a stack only with `debug`, or for a fault of ours. */
export function printError(
  error: unknown,
  output: { readonly stream: NodeJS.WriteStream; readonly debug: boolean },
): void {
  const { stream, debug } = output;
  const paint = paintFor(stream);
  stream.write(`${paint.red('error')} ${messageOf(error)}\n`);
  const isOurs = !(error instanceof RmqbenchError);
  if (!isOurs && error.hint !== undefined) stream.write(`${error.hint}\n`);
  if (isOurs) stream.write('This is a fault of rmqbench; --debug shows where it arose.\n');
  if (debug && error instanceof Error) stream.write(`${error.stack}\n`);
  if (debug && error instanceof Error && error.cause) stream.write(`${stackOf(error.cause)}\n`);
}

export function exitCodeOf(error: unknown): ExitCode {
  return error instanceof RmqbenchError ? error.exitCode : exitCodes.internal;
}

function stackOf(cause: unknown): string {
  return cause instanceof Error ? `caused by ${cause.stack}` : `caused by ${String(cause)}`;
}
