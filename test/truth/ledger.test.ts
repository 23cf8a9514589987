import { describe, expect, test } from 'vitest';
import { disagreements } from './disagreements.js';
import { perform } from './perform.js';
import { randomPlay } from './plays.js';

/** `TRUTH_PLAYS=500` plays more, `TRUTH_SEED=7` other ones, and one alone with `TRUTH_PLAYS=1`. */
const plays = Number(process.env['TRUTH_PLAYS'] ?? 24);
const firstSeed = Number(process.env['TRUTH_SEED'] ?? 1);
/** At the same time, for a play is mostly waiting. */
const together = 4;

describe.each(['wire', 'amqplib'] as const)('through %s, against a broker that lies', (client) => {
  test(`the ledger equals the truth in each of ${plays} plays`, {
    timeout: plays * 10_000,
  }, async () => {
    const seeds = Array.from({ length: plays }, (_, i) => firstSeed + i);
    const wrong: unknown[] = [];
    const playOn = async () => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        const play = randomPlay(seed, client);
        const { ledger, truth } = await perform(play);
        const differences = disagreements(play, ledger, truth);
        if (differences.length > 0) wrong.push({ seed, differences });
      }
    };
    await Promise.all(Array.from({ length: together }, playOn));

    expect(wrong).toEqual([]);
  });
});
