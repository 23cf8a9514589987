import type { CalibratedCeiling } from '../result/calibration.js';
import type { CeilingFigures, CeilingMode } from '../result/generator-ceiling.js';
import { median } from '../stats/median.js';

/** A ceiling with what every round measured of it; at least one round, alike in their keys. */
export function mergeRounds(
  ceiling: { readonly mode: CeilingMode; readonly payloadBytes: number },
  perRound: readonly CeilingFigures[],
): CalibratedCeiling {
  const { mode, payloadBytes } = ceiling;
  const published = perRound.flatMap(({ publishedPerSecond }) => publishedPerSecond ?? []);
  return {
    mode,
    payloadBytes,
    messagesPerSecond: median(perRound.map(({ messagesPerSecond }) => messagesPerSecond)),
    cpuMicrosPerMessage: median(perRound.map(({ cpuMicrosPerMessage }) => cpuMicrosPerMessage)),
    ...(published.length > 0 ? { publishedPerSecond: median(published) } : {}),
    perRound,
  };
}
