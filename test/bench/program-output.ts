import { text } from 'node:stream/consumers';
import { startProcess } from './started-process.js';

export interface ProgramOutput {
  readonly isGood: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly signal: AbortSignal;
  /** Set beside the bench's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
}

/**
 * Runs a program to its end; one that is not installed counts as one that failed. When the signal
 * aborts, the program is ended first, then the signal's reason thrown.
 */
export async function programOutput(
  file: string,
  parameters: readonly string[],
  { signal, environment = {}, folder }: ProgramOptions,
): Promise<ProgramOutput> {
  signal.throwIfAborted();
  const started = await startProcess(file, parameters, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    ...(folder === undefined ? {} : { cwd: folder }),
  }).catch((error: Error) => error);
  if (started instanceof Error) return { isGood: false, stdout: '', stderr: started.message };
  const stop = () => void started.stop();
  signal.addEventListener('abort', stop);
  const { stdout, stderr } = started.child;
  const [ended, out, err] = await Promise.all([
    started.ended,
    stdout ? text(stdout) : '',
    stderr ? text(stderr) : '',
  ]);
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  return { isGood: ended === 'status 0', stdout: out, stderr: err };
}

/**
 * The line that says why a program failed, shortened to be read in a table, without the addresses
 * of where it looked.
 */
export function reasonOf({ stdout, stderr }: ProgramOutput): string {
  const lines = `${stderr}\n${stdout}`.split('\n').map((line) =>
    line
      .replaceAll(/\(?\bhttps?:\/\/[^\s)]+\)?/g, '')
      .replace(/^\[ERROR\]\s*/, '')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );
  const telling = lines.filter((line) => /[a-z]/i.test(line));
  return (telling.slice(0, 2).join('; ') || 'it said nothing').slice(0, 240);
}
