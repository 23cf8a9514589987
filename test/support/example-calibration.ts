import type { Calibration } from '../../src/result/calibration.js';
import { ceilingModes } from '../../src/result/generator-ceiling.js';
import type { Machine } from '../../src/result/result.js';

export const exampleMachine: Machine = {
  rmqbench: '0.1.0',
  node: '20.19.0',
  os: 'Linux 6.1.0',
  cpuModel: 'a processor',
  cpuCount: 2,
  memoryBytes: 8 * 2 ** 30,
  publisherThreads: 1,
  consumerThreads: 1,
};

/** Seconds that a message of no bytes costs, by mode, and each byte of its body. */
const secondsPerMessage = [2e-7, 1e-6, 1.5e-7, 3e-7, 8e-7];
const secondsPerByte = 4e-10;

/** Every ceiling, in three rounds: the middle one is the median. */
export function exampleCalibration(changes: Partial<Calibration> = {}): Calibration {
  return {
    schema: 'rmqbench/calibration@1',
    measuredAt: '2026-11-22T10:11:12.345Z',
    environment: exampleMachine,
    client: 'wire',
    rounds: 3,
    windowMicros: 2e6,
    ceilings: ceilingModes.flatMap((mode, i) =>
      [12, 1024, 65_536].map((payloadBytes) => {
        const seconds = (secondsPerMessage[i] ?? 0) + payloadBytes * secondsPerByte;
        const round = (factor: number) => ({
          messagesPerSecond: factor / seconds,
          cpuMicrosPerMessage: (seconds * 1e6) / factor,
          ...(mode === 'loop' ? { publishedPerSecond: (factor * 1.01) / seconds } : {}),
        });
        return { mode, payloadBytes, ...round(1), perRound: [round(0.93), round(1), round(1.04)] };
      }),
    ),
    ...changes,
  };
}
