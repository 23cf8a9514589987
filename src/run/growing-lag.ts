import { mean } from '../base/mean.js';
import type { LagByPart } from '../load/protocol.js';

/** How many parts at either end of the window are compared. */
const endParts = 3;
/** What the lag must grow by, as a share of the window: a load of which 1 % is not carried. */
const growthShareMin = 0.005;

export interface LagGrowth {
  /** The mean lag in the first parts, and in the last ones. */
  readonly fromMicros: number;
  readonly toMicros: number;
}

/**
 * Whether messages left later and later, over all threads: when even the least of the last parts' mean
 * lags exceeds the greatest of the first ones'. One stall, early or late, is not growth. `undefined`
 * when it did not grow, or nothing left in one of these parts.
 */
export function growingLag(
  threads: readonly LagByPart[],
  windowMicros: number,
): LagGrowth | undefined {
  const lags = meanLags(threads);
  const first = lags.slice(0, endParts);
  const last = lags.slice(-endParts);
  // Nothing is known of a part in which nothing left.
  if (lags.length < 2 * endParts || ![...first, ...last].every(Number.isFinite)) return undefined;
  const growthMicros = Math.min(...last) - Math.max(...first);
  if (growthMicros < windowMicros * growthShareMin) return undefined;
  return { fromMicros: mean(first), toMicros: mean(last) };
}

/** By part; NaN where nothing left. */
function meanLags(threads: readonly LagByPart[]): number[] {
  const total = (name: keyof LagByPart, part: number) =>
    threads.reduce((sum, thread) => sum + (thread[name][part] ?? 0), 0);
  const parts = Math.max(0, ...threads.map(({ messages }) => messages.length));
  return Array.from({ length: parts }, (_, i) => total('sumMicros', i) / total('messages', i));
}
