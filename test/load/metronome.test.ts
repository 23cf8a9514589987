import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.js';
import { Metronome } from '../../src/load/metronome.js';

/** Rings at each of these waits after the present, one after the other; how late each time, µs. */
async function latenesses(waitsMicros: readonly number[]): Promise<number[]> {
  const metronome = await Metronome.start(systemClock);
  const late: number[] = [];
  for (const wait of waitsMicros) {
    const atMicros = systemClock.nowMicros() + wait;
    const rung = new Promise<void>((resolve) => {
      metronome.onRing = resolve;
    });
    metronome.set(atMicros);
    await rung;
    late.push(systemClock.nowMicros() - atMicros);
  }
  metronome.end();
  return late;
}

describe('a metronome', () => {
  test('rings for every moment, near and far, past ones too, and never before it', async () => {
    const waits = [0, -5000, 20, 149, 151, 400, 2000, 15_000, 300];
    const late = await latenesses(waits);
    expect(late).toHaveLength(waits.length);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  });

  test('rings at the last moment that it was set to, once', async () => {
    const metronome = await Metronome.start(systemClock);
    const begin = systemClock.nowMicros();
    const rings: number[] = [];
    const rung = new Promise<void>((resolve) => {
      metronome.onRing = () => {
        rings.push(systemClock.nowMicros() - begin);
        resolve();
      };
    });
    for (const wait of [60_000_000, 100, 5000]) metronome.set(begin + wait);
    await rung;
    metronome.end();
    expect(rings).toHaveLength(1);
    expect(rings[0]).toBeGreaterThanOrEqual(5000);
  });

  test('counts as waiting what it turned the loop for, and not what it slept', async () => {
    const metronome = await Metronome.start(systemClock);
    const begin = systemClock.nowMicros();
    const rung = new Promise<void>((resolve) => {
      metronome.onRing = resolve;
    });
    metronome.set(begin + 20_000);
    await rung;
    metronome.end();
    expect(metronome.polledMicros).toBeGreaterThan(0);
    expect(metronome.polledMicros).toBeLessThan(20_000);
  });
});
