import { type ExitCode, exitCodes } from './exit-codes.js';

/**
 * An error meant for the user: `message` says what went wrong and where, `hint` what to do next.
 * Only the command line catches it, prints both without a stack, and ends with `exitCode`.
 */
export abstract class RmqbenchError extends Error {
  abstract readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** A profile, flag or file that cannot be used as it stands. */
export class UsageError extends RmqbenchError {
  readonly exitCode = exitCodes.usage;
}

/** The broker, or the way to it, failed. */
export class BrokerError extends RmqbenchError {
  readonly exitCode = exitCodes.broker;
}

/** A process of the testbed could not be started, or died. */
export class TestbedError extends RmqbenchError {
  readonly exitCode = exitCodes.broker;
}

/** The user, or the system, asked the run to end. */
export class InterruptedError extends RmqbenchError {
  readonly exitCode = exitCodes.interrupted;
}

/**
 * The message of anything that was thrown, for use inside another error's message. An error that stands
 * for several, such as one for each address of a host, has none, but a code that they share.
 */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { code } = thrown as { code?: unknown };
  return thrown.message || String(code ?? thrown.name);
}
