import ora, { type Ora } from 'ora';

/** Tells how a run gets on, on standard error: standard output is for results. */
export interface Progress {
  /** A step that is under way; on a terminal the next one replaces it. */
  now(text: string): void;
  /** A figure of the moment: shown on a terminal only. */
  live(text: string): void;
  /** Something that stands. */
  note(text: string): void;
  end(): void;
}

/** A live line on a terminal; plain lines elsewhere and in CI; nothing when `quiet`. */
export function progressOn(stream: NodeJS.WriteStream, quiet: boolean): Progress {
  if (quiet) return { now: () => {}, live: () => {}, note: () => {}, end: () => {} };
  return stream.isTTY && !process.env['CI'] ? liveProgress(stream) : plainProgress(stream);
}

function liveProgress(stream: NodeJS.WriteStream): Progress {
  // Ora would keep Ctrl-C from reaching us.
  const spinner: Ora = ora({ stream, discardStdin: false, hideCursor: false });
  const show = (text: string) => {
    spinner.text = text.slice(0, (stream.columns ?? 80) - 3);
    if (!spinner.isSpinning) spinner.start();
  };
  return {
    now: show,
    live: show,
    note: (text) => {
      spinner.clear();
      stream.write(`${text}\n`);
    },
    end: () => {
      spinner.stop();
    },
  };
}

function plainProgress(stream: NodeJS.WriteStream): Progress {
  let last = '';
  const write = (text: string) => {
    if (text !== last) stream.write(`${text}\n`);
    last = text;
  };
  return { now: write, live: () => {}, note: write, end: () => {} };
}
