import { describe, expect, test } from 'vitest';
import { disagreements } from './disagreements.js';
import { perform } from './perform.js';
import { randomPlay } from './plays.js';

/** `TRUTH_PLAYS=500` plays more, `TRUTH_SEED=7` others; both together repeat one that disagreed. */
const plays = Number(process.env['TRUTH_PLAYS'] ?? 40);
const firstSeed = Number(process.env['TRUTH_SEED'] ?? 1);
/** At the same time, for a play is mostly waiting. */
const together = 4;

/** What must have happened in one of the plays, or they prove little. */
const states = [
  'confirmed',
  'nacked',
  'returned',
  'unroutable',
  'inDoubt',
  'republished',
  'redelivered',
  'duplicated',
  'reordered',
  'lostOnAutoAck',
  'lost',
] as const;

describe.each(['wire', 'amqplib'] as const)('through %s, against a broker that lies', (client) => {
  const seeds = Array.from({ length: plays }, (_, i) => firstSeed + i);
  const wrong: unknown[] = [];
  const happened = new Set<string>();

  async function playOn(): Promise<void> {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
      const play = randomPlay(seed, client);
      const { ledger, truth } = await perform(play);
      const differences = disagreements(play, ledger, truth);
      if (differences.length > 0) wrong.push({ seed, differences });
      for (const state of states) if (ledger[state] > 0) happened.add(state);
    }
  }

  const timeout = plays * 10_000;

  test(`the ledger equals the truth in each of ${plays} plays`, { timeout }, async () => {
    await Promise.all(Array.from({ length: together }, playOn));
    expect(wrong).toEqual([]);
  });

  test.skipIf(plays < 40)('every state of the ledger came up in the plays', () => {
    expect([...happened].sort()).toEqual([...states].sort());
  });
});
