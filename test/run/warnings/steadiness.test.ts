import { describe, expect, test } from 'vitest';
import type { LittlesLaw } from '../../../src/measure/littles-law.js';
import type { SteadyState } from '../../../src/measure/steady-state.js';
import { firstText, kinds, warnings } from './judged.js';

const ramp: SteadyState = {
  rate: 'consumed',
  verdict: 'unsettled',
  batches: 20,
  truncatedSeconds: 4,
  truncatedFrom: 'start',
  shiftShare: 0.25,
};

describe('unsteady throughput', () => {
  test.each([
    ['unsettled', ['unsteady']],
    ['settled', []],
    ['unknown', []],
  ] as const)('is throughput that is %s: %j', (verdict, expected) => {
    expect(kinds({ steadyState: { ...ramp, verdict } })).toEqual(expected);
  });

  test('is none where it was not judged', () => {
    expect(kinds({ steadyState: null })).toEqual([]);
  });

  test('that was settling is told with how long that took and a longer warm-up', () => {
    const text = firstText({ steadyState: ramp });
    expect(text).toContain('what was consumed had not settled');
    expect(text).toContain('without the first 4.00 s its mean would be 25 % higher');
    expect(text).toContain('Raise measure.warmup');
  });

  test('that changed late is told with when, and what to do instead', () => {
    const collapse = { rate: 'published', truncatedFrom: 'end', shiftShare: -0.11 } as const;
    const text = firstText({ steadyState: { ...ramp, ...collapse } });
    expect(text).toContain('what was published had not settled');
    expect(text).toContain('without the last 4.00 s its mean would be 11 % lower');
    expect(text).toContain('a longer measure.duration shows');
    expect(text).not.toContain('measure.warmup');
  });
});

test("at rate max, unsteady throughput may be the queues' doing, and is told to be", () => {
  const fixed = firstText({ steadyState: ramp, throughput: { offeredPerSecond: 1000 } });
  expect(fixed).not.toContain('rate max');
  expect(firstText({ steadyState: ramp })).toContain('Or fix the rate: at rate max queues');
});

describe("a law of Little's", () => {
  const law: LittlesLaw = { verdict: 'broken', inFlight: 3000, expected: 1500, ratio: 2 };

  test.each([
    ['broken', ['littles-law']],
    ['holds', []],
  ] as const)('that %s: %j', (verdict, expected) => {
    expect(kinds({ littlesLaw: { confirms: { ...law, verdict } } })).toEqual(expected);
  });

  test('of confirms that is broken is told with both sides and what not to trust', () => {
    const text = firstText({ littlesLaw: { confirms: law } });
    expect(text).toContain('3000 messages awaited their confirms');
    expect(text).toContain('rate × latency makes that 1500');
    expect(text).toContain('Do not trust the latencies confirm and confirmService');
  });

  test('is told of confirms and of deliveries apart', () => {
    const [confirms, service] = warnings({ littlesLaw: { confirms: law, service: law } });
    expect(confirms?.text).toContain('awaited their confirms');
    expect(service?.text).toContain('were on their way to consumers');
    expect(service?.text).toContain('endToEnd and service');
  });
});
