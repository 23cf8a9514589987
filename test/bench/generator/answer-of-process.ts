import { fork } from 'node:child_process';
import { once } from 'node:events';

const limitMillis = 180_000;

/**
 * Runs a program of the bench in a process of its own and resolves to the one message that it sends;
 * the process is ended then, and when the signal aborts or it takes too long.
 */
export async function answerOfProcess<T>(
  program: string,
  parameters: readonly string[],
  signal: AbortSignal,
): Promise<T> {
  const child = fork(program, parameters, {
    // With the loader that the bench itself runs under.
    execArgv: [...process.execArgv, '--expose-gc'],
    signal,
    timeout: limitMillis,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit').then(([status, killed]) => {
    throw new Error(`a process of the bench ended without an answer (${killed ?? status})`);
  });
  ended.catch(() => {});
  try {
    const [answer] = await Promise.race([once(child, 'message'), ended]);
    return answer as T;
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => {});
    signal.throwIfAborted();
  }
}
