import { InterruptedError } from '../base/errors.js';
import { exitCodes } from '../base/exit-codes.js';

/**
 * Runs something that a signal may end: the first Ctrl-C, SIGTERM or closed terminal aborts it, so
 * that it saves what it has and stops what it started; the second one ends the process at once.
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController();
  const interrupt = (name: NodeJS.Signals) => {
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted);
    process.stderr.write('\nStopping what was started; once more to end at once.\n');
    interrupted.abort(new InterruptedError(`interrupted by ${name}`));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, interrupt);
  try {
    return await run(interrupted.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}
