import type { CeilingMode } from '../../../src/result/generator-ceiling.js';
import { median } from '../../../src/stats/median.js';
import type { Measured } from './measured.js';

/** What is measured, and of whom. */
export interface FigureKey {
  readonly mode: CeilingMode;
  readonly payloadBytes: number;
  readonly tool: string;
}

/** What one tool did in one mode with one body size, by round, counted from 1; none where it failed. */
export interface Figure extends FigureKey {
  readonly rounds: ReadonlyMap<number, Measured>;
}

/** The figures of all rounds, in the order in which they first came. */
export class Figures {
  readonly #measured = new Map<string, Figure & { readonly rounds: Map<number, Measured> }>();
  readonly failures: string[] = [];

  add(key: FigureKey, round: number, measured: Measured): void {
    const id = idOf(key);
    const figure = this.#measured.get(id) ?? { ...key, rounds: new Map<number, Measured>() };
    figure.rounds.set(round, measured);
    this.#measured.set(id, figure);
  }

  fail(what: { readonly mode: CeilingMode; readonly tool: string }, reason: string): void {
    this.failures.push(`${what.tool}, ${what.mode}: ${reason.replaceAll('\n', ' ')}`);
  }

  get all(): readonly Figure[] {
    return [...this.#measured.values()];
  }

  find(mode: CeilingMode, payloadBytes: number, tool: string): Figure | undefined {
    return this.#measured.get(idOf({ mode, payloadBytes, tool }));
  }
}

function idOf({ mode, payloadBytes, tool }: FigureKey): string {
  return `${mode} ${payloadBytes} ${tool}`;
}

export function messagesPerSecond({ rounds }: Figure): number {
  return median([...rounds.values()].map((one) => one.messagesPerSecond));
}

export function cpuMicrosPerMessage({ rounds }: Figure): number {
  return median([...rounds.values()].map((one) => one.cpuMicrosPerMessage));
}

/**
 * The median over rounds of one tool's figure over another's in the same round; undefined when there
 * is no round that measured both.
 */
export function ratioOf(
  numerator: Figure,
  denominator: Figure,
  figure: (measured: Measured) => number,
): number | undefined {
  const ratios = [...numerator.rounds].flatMap(([round, one]) => {
    const other = denominator.rounds.get(round);
    return other ? [figure(one) / figure(other)] : [];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}
