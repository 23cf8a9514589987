import { describe, expect, test } from 'vitest';
import { CalibrationProgress, type CeilingTurn } from '../../src/cli/calibration-progress.js';
import { interleave } from '../../src/cli/perform-calibration.js';
import type { CeilingAsked } from '../../src/run/ceiling-settings.js';

/** Ceilings that take 2.5 seconds to measure, and are thought to take 3. */
function asked(payloadBytes: number): CeilingAsked {
  const times = { warmupMicros: 500_000, durationMicros: 2e6 };
  return { mode: 'publish', payloadBytes, client: 'wire', ...times };
}

const turn: CeilingTurn = { round: 2, asked: asked(1024) };
const figures = { messagesPerSecond: 1_234_000, cpuMicrosPerMessage: 1 };

/** Progress of four measurements with a clock that the test sets. */
function watched() {
  const clock = { seconds: 0 };
  const progress = new CalibrationProgress(4, () => clock.seconds * 1000);
  return { clock, progress };
}

describe('the live line of a calibration', () => {
  test('says where it is and guesses how long it will take', () => {
    expect(watched().progress.live(turn)).toBe(
      '[1/4] round 2 · publish 1 KiB · connecting · 12s left',
    );
  });

  test.each([
    [12_345, 0, '12.3k in msg/s'],
    [0, 987, '987 out msg/s'],
    [12_345, 987, '12.3k in, 987 out msg/s'],
    [0, 0, 'waiting'],
  ])('says what flows, of %d in and %d out', (publishedPerSecond, consumedPerSecond, says) => {
    const line = watched().progress.live(turn, { publishedPerSecond, consumedPerSecond });
    expect(line).toBe(`[1/4] round 2 · publish 1 KiB · ${says} · 12s left`);
  });

  test('learns from what is done how long the rest will take', () => {
    const { clock, progress } = watched();
    clock.seconds = 5;
    progress.finish(turn, figures);
    clock.seconds = 7;
    expect(progress.live(turn)).toBe('[2/4] round 2 · publish 1 KiB · connecting · 13s left');
  });

  test('has nothing left, and not less, when the last one takes longer', () => {
    const { clock, progress } = watched();
    clock.seconds = 100;
    expect(progress.live(turn)).toContain('· 0s left');
  });
});

test('the line that stays says what came out', () => {
  expect(watched().progress.finish(turn, figures)).toBe(
    '[1/4] round 2 · publish 1 KiB: 1.23M msg/s',
  );
});

describe('the turns of a calibration', () => {
  const three = [asked(1), asked(2), asked(3)];

  test('have every ceiling once in every round, beginning elsewhere each time', () => {
    const order = interleave(three, 3).map((one) => [one.round, one.asked.payloadBytes]);
    expect(order).toEqual([
      ...[1, 2, 3].map((bytes) => [1, bytes]),
      ...[2, 3, 1].map((bytes) => [2, bytes]),
      ...[3, 1, 2].map((bytes) => [3, bytes]),
    ]);
  });

  test.each([1, 2, 5, 100])('are complete with %d rounds', (rounds) => {
    const turns = interleave(three, rounds);
    expect(turns).toHaveLength(3 * rounds);
    for (let round = 1; round <= rounds; round++) {
      const ofRound = turns.filter((one) => one.round === round);
      expect(new Set(ofRound.map((one) => one.asked))).toEqual(new Set(three));
    }
  });
});
