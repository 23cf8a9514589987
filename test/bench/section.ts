import type { Goal } from './goal.js';

/** What every section is told. */
export interface BenchSettings {
  /** How often everything is measured. */
  readonly rounds: number;
  /** From the first message to the begin of the window: time for compilers and buffers to settle. */
  readonly warmupSeconds: number;
  readonly windowSeconds: number;
  /** Aborts when the bench is interrupted. */
  readonly signal: AbortSignal;
  /** A folder for files of this run, removed after it. */
  readonly folder: string;
  /** Tells whoever waits what is being done. */
  readonly note: (text: string) => void;
}

/** A part of the bench that can be run alone. */
export interface Section {
  /** What `--only` calls it. */
  readonly name: string;
  readonly run: (settings: BenchSettings) => Promise<SectionOutcome>;
}

export interface SectionOutcome {
  /** What came out, headings from level two. */
  readonly markdown: string;
  /** What the project wanted to reach, and whether it did. */
  readonly goals: readonly Goal[];
}
