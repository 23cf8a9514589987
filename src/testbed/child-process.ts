import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { TestbedError } from '../base/errors.js';
import { logTail, saysPortIsTaken } from './log-tail.js';
import { identityOf, isAlive } from './process-identity.js';
import { markEnvironment } from './processes-of-testbed.js';
import type { RecordedProcess } from './state-file.js';
import type { ProcessKind } from './testbed-spec.js';

const pollMillis = 500;

/** A program to be run as part of a testbed. */
export interface ProgramPlan {
  readonly kind: ProcessKind;
  readonly label: string;
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The ports that it will listen on, for the message when one is taken. */
  readonly ports: readonly number[];
}

/** A process of a testbed that is being watched. */
export interface TestbedProcess {
  readonly record: RecordedProcess;
  readonly logFile: string;
  readonly ports: readonly number[];
  /** Resolves with how it ended, such as `was killed by SIGKILL`; never rejects. */
  readonly ended: Promise<string>;
}

/** The log of the process with this label: its output, and what it logs by itself. */
export function logFileOf(folder: string, label: string): string {
  return join(folder, `${label}.log`);
}

/**
 * Starts a program in a session of its own, so that a Ctrl-C in the terminal reaches rmqbench
 * alone, with its output in a file, so that it can outlive rmqbench. Throws TestbedError when the
 * program cannot be run.
 */
export function startProgram(plan: ProgramPlan, folder: string, mark: string): TestbedProcess {
  const logFile = logFileOf(folder, plan.label);
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(plan.file, plan.arguments, {
    cwd: folder,
    env: { ...basicEnvironment(folder), ...plan.environment, ...markEnvironment(mark) },
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be run (${error.message})`));
    child.once('exit', (status, signal) =>
      resolve(signal === null ? `ended with status ${status}` : `was killed by ${signal}`),
    );
  });
  const identity = child.pid === undefined ? undefined : identityOf(child.pid);
  if (identity === undefined) {
    throw new TestbedError(`${plan.label} could not be started: ${plan.file} does not run.`);
  }
  const record = { ...identity, kind: plan.kind, label: plan.label };
  return { record, logFile, ports: plan.ports, ended };
}

/** Watches a process that another rmqbench started, until the signal aborts. */
export function watchProgram(
  record: RecordedProcess,
  folder: string,
  signal: AbortSignal,
): TestbedProcess {
  return {
    record,
    logFile: logFileOf(folder, record.label),
    ports: [],
    ended: pollUntilDead(record, signal),
  };
}

/** The error for a process that ended before or while it was needed, with the end of its log. */
export function deathOf(process: TestbedProcess, how: string): TestbedError {
  const { label } = process.record;
  if (process.ports.length > 0 && saysPortIsTaken(process.logFile)) {
    const ports = process.ports.join(', ');
    return new TestbedError(
      `${label} ${how}: another program has one of its ports (${ports}).\n${logExcerpt(process)}`,
      { hint: 'Try again: other ports are chosen every time.' },
    );
  }
  return new TestbedError(`${label} ${how}.\n${logExcerpt(process)}`);
}

/** The last lines of a process's log, introduced by the name of the file. */
export function logExcerpt({ logFile }: Pick<TestbedProcess, 'logFile'>): string {
  return `The end of ${logFile}:\n${logTail(logFile) || '(empty)'}`;
}

/** Of a process that is not a child one learns only by looking. */
function pollUntilDead(record: RecordedProcess, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(record)) return;
      clearInterval(timer);
      resolve('died');
    }, pollMillis).unref();
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
}

/**
 * All that is taken over from the user's environment. RabbitMQ's scripts and Erlang obey dozens of
 * variables, some without any prefix (NODENAME, SERVER_START_ARGS, ERL_FLAGS), and one of them set
 * for another RabbitMQ would change what is measured.
 */
function basicEnvironment(folder: string): Record<string, string> {
  const path = process.env['PATH'] ?? '/usr/bin:/bin';
  return { PATH: path, HOME: folder, LANG: 'C.UTF-8' };
}
