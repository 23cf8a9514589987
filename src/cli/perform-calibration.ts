import type { Calibration } from '../result/calibration.js';
import { describeEnvironment } from '../result/environment.js';
import type { CeilingFigures, CeilingMode } from '../result/generator-ceiling.js';
import { measureCeiling } from '../run/ceiling.js';
import type { CeilingAsked } from '../run/ceiling-settings.js';
import { type Crews, endCrews, hireCrews } from '../run/crews.js';
import { CalibrationProgress, type CeilingTurn } from './calibration-progress.js';
import { mergeRounds } from './merge-rounds.js';
import type { Progress } from './progress.js';

/** The smallest body, one of usual size, and one that is mostly copying. */
const payloadSizesBytes = [12, 1024, 64 * 1024] as const;
/** Before each window: half of it, but no longer than this. */
const warmupMicrosMax = 500_000;
/** A ceiling is what one core can do. */
const threadsEachSide = 1;

export interface CalibrationOptions {
  readonly client: Calibration['client'];
  readonly modes: readonly CeilingMode[];
  readonly rounds: number;
  readonly durationMicros: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/**
 * Measures every ceiling once a round. Throws an Error when a measurement does not add up, a
 * BrokerError when a null broker fails, or the signal's reason; whatever was started has ended then.
 */
export async function performCalibration(options: CalibrationOptions): Promise<Calibration> {
  const { client, rounds, signal, progress } = options;
  const measuredAt = new Date().toISOString();
  const asked = ceilingsOf(options);
  const turns = interleave(asked, rounds);
  const figures = new Map<CeilingAsked, CeilingFigures[]>(asked.map((one) => [one, []]));
  const told = new CalibrationProgress(turns.length, Date.now);
  try {
    for (const turn of turns) {
      progress.live(told.live(turn));
      const onRates = (rates: Parameters<typeof told.live>[1]) =>
        progress.live(told.live(turn, rates));
      const measured = await withFreshCrews((crews) =>
        measureCeiling(turn.asked, { crews, signal, onRates }),
      );
      figures.get(turn.asked)?.push(measured);
      progress.note(told.finish(turn, measured));
    }
  } finally {
    progress.end();
  }
  return {
    schema: 'rmqbench/calibration@1',
    measuredAt,
    environment: describeEnvironment({
      publisherThreads: threadsEachSide,
      consumerThreads: threadsEachSide,
    }),
    client,
    rounds,
    windowMicros: options.durationMicros,
    ceilings: asked.map((one) => mergeRounds(one, figures.get(one) ?? [])),
  };
}

/** Code that was compiled for one mode is slower in the next one: a ceiling has threads of its own. */
async function withFreshCrews<T>(use: (crews: Crews) => Promise<T>): Promise<T> {
  const crews = hireCrews(threadsEachSide);
  try {
    return await use(crews);
  } finally {
    await endCrews(crews);
  }
}

function ceilingsOf({ client, modes, durationMicros }: CalibrationOptions): CeilingAsked[] {
  const warmupMicros = Math.min(warmupMicrosMax, durationMicros / 2);
  return modes.flatMap((mode) =>
    payloadSizesBytes.map((payloadBytes) => ({
      mode,
      payloadBytes,
      client,
      warmupMicros,
      durationMicros,
    })),
  );
}

/**
 * Every ceiling once in every round, each round beginning at another one: what slows this machine for
 * a while, or warms its processor up, falls on different ceilings.
 */
export function interleave(asked: readonly CeilingAsked[], rounds: number): CeilingTurn[] {
  return Array.from({ length: rounds }, (_, i) => {
    const first = Math.floor((i * asked.length) / rounds);
    const order = [...asked.slice(first), ...asked.slice(0, first)];
    return order.map((one) => ({ round: i + 1, asked: one }));
  }).flat();
}
