import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/rmqbench.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A started rmqbench: what it has printed so far, and how it ends. */
export class Rmqbench {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #stdout = '';
  #stderr = '';
  #onOutput: () => void = () => {};

  constructor(parameters: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [program, ...parameters], {
      env: { ...process.env, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#closed = once(this.#child, 'close');
    this.#child.stdout?.on('data', (chunk) => {
      this.#stdout += String(chunk);
      this.#onOutput();
    });
    this.#child.stderr?.on('data', (chunk) => {
      this.#stderr += String(chunk);
      this.#onOutput();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves as soon as the text was printed; rejects when the program ends without it. */
  async printed(text: string): Promise<void> {
    const seen = () => this.#stdout.includes(text) || this.#stderr.includes(text);
    const appeared = new Promise<void>((resolve) => {
      this.#onOutput = () => {
        if (seen()) resolve();
      };
      this.#onOutput();
    });
    await Promise.race([appeared, this.#closed]);
    if (!seen()) throw new Error(`ended without printing "${text}":\n${this.#stderr}`);
  }

  async ended(): Promise<Ended> {
    await this.#closed;
    const { exitCode: code, signalCode: signal } = this.#child;
    return { code, signal, stdout: this.#stdout, stderr: this.#stderr };
  }
}

/** Runs the built program to its end. */
export function rmqbench(
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Rmqbench(parameters, environment).ended();
}
