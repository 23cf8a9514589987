import {
  type Ceiling,
  type CeilingFigures,
  ceilingModes,
  type GeneratorCeiling,
} from './generator-ceiling.js';
import type { Machine } from './result.js';

/** What `rmqbench calibrate` prints as JSON and keeps. Keys may be added, never renamed. */
export interface Calibration {
  readonly schema: 'rmqbench/calibration@1';
  readonly measuredAt: string;
  readonly environment: Machine;
  readonly client: GeneratorCeiling['client'];
  readonly rounds: number;
  /** How long each ceiling was measured for in each round. */
  readonly windowMicros: number;
  readonly ceilings: readonly CalibratedCeiling[];
}

/** Each figure is the median of those of the rounds. */
export interface CalibratedCeiling extends Ceiling {
  readonly perRound: readonly CeilingFigures[];
}

/** How long each ceiling was measured for in all rounds together, µs. */
export function measuredMicros({ rounds, windowMicros }: Calibration): number {
  return rounds * windowMicros;
}

/** A calibration without what only its own readers ask for. */
export function toGeneratorCeiling(calibration: Calibration): GeneratorCeiling {
  const { measuredAt, client } = calibration;
  const ceilings = calibration.ceilings.map(({ perRound: _, ...ceiling }) => ceiling);
  return { measuredAt, client, ceilings };
}

/** Whether every mode was measured, as later runs need it. */
export function isComplete({ ceilings }: Pick<Calibration, 'ceilings'>): boolean {
  return ceilingModes.every((mode) => ceilings.some((one) => one.mode === mode));
}

/** Reads a calibration from its JSON; `undefined` when it is none, or not whole. */
export function parseCalibration(text: string): Calibration | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isCalibration(value) && isComplete(value) ? value : undefined;
}

function isCalibration(value: unknown): value is Calibration {
  if (!isRecord(value) || value['schema'] !== 'rmqbench/calibration@1') return false;
  const { measuredAt, environment, client, rounds, windowMicros, ceilings } = value;
  return (
    typeof measuredAt === 'string' &&
    !Number.isNaN(Date.parse(measuredAt)) &&
    isRecord(environment) &&
    (client === 'wire' || client === 'amqplib') &&
    isPositive(rounds) &&
    isPositive(windowMicros) &&
    Array.isArray(ceilings) &&
    ceilings.every(isCeiling)
  );
}

function isCeiling(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { payloadBytes, messagesPerSecond, cpuMicrosPerMessage } = value;
  return [payloadBytes, messagesPerSecond, cpuMicrosPerMessage].every(isPositive);
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
