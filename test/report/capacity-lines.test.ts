import { describe, expect, test } from 'vitest';
import { capacityLines, capacityText } from '../../src/report/capacity-lines.js';
import { paintFor } from '../../src/report/paint.js';
import { renderRunSummary } from '../../src/report/run-summary.js';
import { exampleCapacity, exampleProbe } from '../support/example-capacity.js';
import {
  exampleCase,
  exampleLatency,
  exampleResult,
  exampleTrial,
} from '../support/example-result.js';

describe('a capacity is told', () => {
  test.each([
    ['in a line', {}, 'capacity of mirrors=none: 8100 msg/s carried, 8900 not (2 probes)'],
    [
      'without a name where nothing varies but the rate',
      { of: 'default' },
      'capacity: 8100 msg/s carried, 8900 not (2 probes)',
    ],
    [
      'without a limit where none was found',
      { notCarriedPerSecond: null, probes: [exampleProbe()] },
      'capacity of mirrors=none: 8100 msg/s carried (1 probe)',
    ],
    [
      'with what casts doubt on it',
      {
        probes: [
          exampleProbe({ valid: false }),
          exampleProbe({ ledger: { ...exampleProbe().ledger, lost: 3 } }),
        ],
      },
      'capacity of mirrors=none: 8100 msg/s carried, 8900 not (2 probes; in 1 of them rmqbench was measured, not the broker; in 1 of them messages were lost)',
    ],
  ])('%s', (_, changes, text) => {
    expect(capacityText(exampleCapacity(changes))).toBe(text);
  });

  test('once for all cases that share it', () => {
    const all = exampleCapacity({ of: 'mirrors=all', perSecond: 3000 });
    const cases = [exampleCapacity(), exampleCapacity(), all].map((capacity) =>
      exampleCase('a', [1], { capacity }),
    );
    expect(capacityLines([...cases, exampleCase('b', [1])])).toEqual([
      capacityText(exampleCapacity()),
      capacityText(all),
    ]);
  });
});

/** Cases at shares of two capacities, in three rounds. */
function cases() {
  return [0.2, 0.95].flatMap((share) =>
    [8100, 3000].map((perSecond) => {
      const mirrors = perSecond === 8100 ? 'none' : 'all';
      const trials = [1, 2, 3].map((round) => {
        const trial = exampleTrial(share * perSecond, { round });
        const throughput = { ...trial.throughput, offeredPerSecond: share * perSecond };
        return { ...trial, throughput };
      });
      const vary = {
        'publishers.rate.ofCapacity': `${share * 100}%`,
        'queues.mirrors': mirrors,
      };
      return exampleCase(`${mirrors} ${share}`, [], {
        vary,
        trials,
        capacity: exampleCapacity({
          of: `mirrors=${mirrors}`,
          perSecond,
          notCarriedPerSecond: perSecond * 1.1,
        }),
        latencyMicros: { endToEnd: exampleLatency(1200), service: exampleLatency(1000) },
      });
    }),
  );
}

describe('the summary of cases whose rates are shares of what they can carry', () => {
  test.each([80, 100])('shows what was offered at %d columns', async (columns) => {
    const text = renderRunSummary(exampleResult(cases()), { columns, paint: paintFor({}) });
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/run-summary-capacity-${columns}.txt`);
  });
});
