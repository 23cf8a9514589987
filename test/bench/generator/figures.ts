import type { CeilingMode } from '../../../src/result/generator-ceiling.js';
import { median } from '../../../src/stats/median.js';
import type { Measured } from './measured.js';

/** What was measured, and of whom. */
export interface FigureKey {
  readonly mode: CeilingMode;
  readonly payloadBytes: number;
  readonly tool: string;
}

/** What one tool did in one mode with one body size, over all rounds. */
export interface Figure extends FigureKey {
  readonly perRound: readonly Measured[];
}

/** The figures of all rounds, in the order in which they first came. */
export class Figures {
  readonly #measured = new Map<
    string,
    { readonly key: FigureKey; readonly perRound: Measured[] }
  >();
  readonly failures: string[] = [];

  add(key: FigureKey, measured: Measured): void {
    const id = `${key.mode} ${key.payloadBytes} ${key.tool}`;
    const found = this.#measured.get(id);
    if (found) found.perRound.push(measured);
    else this.#measured.set(id, { key, perRound: [measured] });
  }

  fail({ mode, tool }: FigureKey, reason: string): void {
    this.failures.push(`${tool}, ${mode}: ${reason.replaceAll('\n', ' ')}`);
  }

  get all(): readonly Figure[] {
    return [...this.#measured.values()].map(({ key, perRound }) => ({ ...key, perRound }));
  }

  find(mode: CeilingMode, payloadBytes: number, tool: string): Figure | undefined {
    return this.all.find(
      (one) => one.mode === mode && one.payloadBytes === payloadBytes && one.tool === tool,
    );
  }
}

export function messagesPerSecond({ perRound }: Figure): number {
  return median(perRound.map((one) => one.messagesPerSecond));
}

export function cpuMicrosPerMessage({ perRound }: Figure): number {
  return median(perRound.map((one) => one.cpuMicrosPerMessage));
}

/** The median over rounds of one tool's figure over another's in the same round. */
export function ratioOf(
  numerator: Figure,
  denominator: Figure,
  figure: (measured: Measured) => number,
): number {
  const pairs = numerator.perRound.flatMap((one, i) => {
    const other = denominator.perRound[i];
    return other ? [figure(one) / figure(other)] : [];
  });
  return pairs.length === 0 ? Number.NaN : median(pairs);
}
