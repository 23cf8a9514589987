import type { RunningPeer } from '../peers/peer.js';

/** What a tool is asked to send, with one consumer that gets it all without acknowledging. */
export interface ClockLoad {
  readonly publishers: number;
  /** Of each publisher; undefined is as fast as it can. */
  readonly perSecondEach: number | undefined;
  /** Messages of one publisher that may await a confirm; undefined is without confirms. */
  readonly confirmWindow: number | undefined;
  readonly warmupSeconds: number;
  readonly windowSeconds: number;
}

/** A tool at work, which ends by itself. */
export interface StartedTool<Report> {
  readonly running: RunningPeer;
  /** What it says of its work; to be asked for when it has ended. */
  readonly report: () => Promise<Report>;
}

/** A tool with a load that it knows of. */
export interface Tool<Report> {
  readonly name: string;
  readonly load: ClockLoad;
  /** Starts it, with its files in the folder. */
  readonly start: (url: string, folder: string) => Promise<StartedTool<Report>>;
}
