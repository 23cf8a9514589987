import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Random, seededRandom } from '../../src/base/random.js';
import { type LittlesLaw, littlesLaw } from '../../src/measure/littles-law.js';
import type { Sample } from '../../src/measure/series.js';
import { uniformDraw } from './sampled.js';

const window = { startMicros: 1e6, stopMicros: 11e6 };

interface Flow {
  readonly perSecond: number;
  /** How long the next message is under way, µs, when it is sent at this moment. */
  readonly latency: (random: Random, atMicros: number) => number;
  /** When the next message is sent, µs after one before; at random unless it is told. */
  readonly gap?: (random: Random) => number;
}

interface Message {
  readonly sentMicros: number;
  readonly confirmedMicros: number;
}

function exponential(random: Random, meanMicros: number): number {
  return -Math.log(1 - uniformDraw(random)) * meanMicros;
}

/** Messages from a second before the window to its end, none of which waits for another: M/G/∞. */
function messagesOf({ perSecond, latency, gap }: Flow, random: Random): Message[] {
  const messages: Message[] = [];
  const next = gap ?? (() => exponential(random, 1e6 / perSecond));
  for (let at = next(random); at < window.stopMicros; at += next(random)) {
    messages.push({ sentMicros: at, confirmedMicros: at + latency(random, at) });
  }
  return messages;
}

/** What a sampler sees of them that is up to 2 ms late. */
function sampled(messages: readonly Message[], random: Random): Sample[] {
  const ends = messages.map(({ confirmedMicros }) => confirmedMicros).sort((a, b) => a - b);
  let published = 0;
  let confirmed = 0;
  return Array.from({ length: 110 }, (_, i) => {
    const atMicros = (i + 1) * 100_000 + random.below(2000);
    while ((messages[published]?.sentMicros ?? Number.POSITIVE_INFINITY) <= atMicros) published++;
    while ((ends[confirmed] ?? Number.POSITIVE_INFINITY) <= atMicros) confirmed++;
    return { atMicros, totals: { published, confirmed, consumed: 0, down: 0, blocked: 0 } };
  });
}

/** The law on a flow whose latencies are recorded as `recordedShare` of what they are. */
function judge(flow: Flow, seed = 1, recordedShare = 1): LittlesLaw | null {
  const random = seededRandom(seed);
  const messages = messagesOf(flow, random);
  const measured = messages.filter(({ sentMicros }) => sentMicros >= window.startMicros);
  const latencies = measured.map((one) => one.confirmedMicros - one.sentMicros);
  const sum = latencies.reduce((total, one) => total + one, 0);
  const confirmed = messages.filter(
    ({ confirmedMicros }) =>
      confirmedMicros >= window.startMicros && confirmedMicros < window.stopMicros,
  );
  const passage = {
    from: 'published',
    to: 'confirmed',
    perSecond: confirmed.length / 10,
    meanMicros: (sum / latencies.length) * recordedShare,
  } as const;
  return littlesLaw(sampled(messages, random), passage, window);
}

const constantly = (micros: number) => () => micros;
const thousandAt100Millis: Flow = { perSecond: 1000, latency: constantly(100_000) };

/** Between 25 and 150 messages under way. */
const flows = fc
  .record({
    inFlight: fc.integer({ min: 25, max: 150 }),
    latencyMillis: fc.integer({ min: 40, max: 800 }),
    isRandom: fc.boolean(),
  })
  .map(({ inFlight, latencyMillis, isRandom }): Flow => {
    const micros = latencyMillis * 1000;
    return {
      perSecond: (inFlight * 1000) / latencyMillis,
      latency: isRandom ? (random) => exponential(random, micros) : constantly(micros),
    };
  });
const seeds = fc.nat(2 ** 31 - 1);

describe("Little's law", () => {
  test('is told with both of its sides', () => {
    const law = judge(thousandAt100Millis);
    expect(law?.verdict).toBe('holds');
    expect(law?.inFlight).toBeCloseTo(100, -1);
    expect(law?.expected).toBeCloseTo(100, -1);
    expect(law?.ratio).toBeCloseTo((law?.inFlight ?? 0) / (law?.expected ?? 1), 2);
  });

  test('is not found broken in any flow that keeps it, whatever its latencies', () => {
    fc.assert(
      fc.property(flows, seeds, (flow, seed) => {
        expect(judge(flow, seed)?.verdict).not.toBe('broken');
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  test.each([
    ['halved', 0.5],
    ['doubled', 2],
    ['a quarter short', 0.75],
  ])('is found broken in every flow that is judged when latencies are %s', (_, share) => {
    fc.assert(
      fc.property(flows, seeds, (flow, seed) => {
        const law = judge(flow, seed, share);
        fc.pre(law !== null);
        expect(law?.verdict).toBe('broken');
      }),
      { numRuns: 20, seed: 1 },
    );
  });

  test.each([
    [0.92, 'holds'],
    [0.88, 'broken'],
  ])('allows for a tenth: latencies recorded as %d of what they are, it %s', (share, verdict) => {
    const steady = { ...thousandAt100Millis, gap: () => 1000 };
    expect(judge(steady, 1, share)?.verdict).toBe(verdict);
  });

  test('is not broken by a schedule in step with the sampler', () => {
    // Thirty messages between two samples, at equal distances.
    const flow = { perSecond: 300, latency: constantly(100_000), gap: () => 100_000 / 30 };
    expect(judge(flow)?.verdict).toBe('holds');
  });

  test('allows for noise: what differs by less than three standard errors may do so by chance', () => {
    const latency = (_: Random, at: number) => (at > 4e6 && at < 5e6 ? 250_000 : 100_000);
    const withAStall = { perSecond: 1000, latency };
    expect(judge(withAStall, 1, 0.85)?.verdict).toBe('holds');
    expect(judge(thousandAt100Millis, 1, 0.85)?.verdict).toBe('broken');
  });
});

describe("Little's law is not judged", () => {
  test.each([
    ['fewer than 20 messages are under way', { perSecond: 180, latency: constantly(100_000) }],
    ['latency is shorter than 10 ms', { perSecond: 10_000, latency: constantly(9_900) }],
    [
      'latency is longer than a tenth of the window',
      { perSecond: 100, latency: constantly(1.1e6) },
    ],
    [
      'ever more messages are under way',
      { perSecond: 1000, latency: (_: Random, at: number) => 20_000 + at / 20 },
    ],
  ])('when %s', (_, flow) => {
    expect(judge(flow)).toBeNull();
  });

  test.each([
    ['22 messages', { perSecond: 220, latency: constantly(100_000) }],
    ['10.1 ms', { perSecond: 10_000, latency: constantly(10_100) }],
    ['0.9 s', { perSecond: 100, latency: constantly(0.9e6) }],
  ])('and is from %s on', (_, flow) => {
    expect(judge(flow)).not.toBeNull();
  });

  test('when the window has fewer than 50 samples', () => {
    const random = seededRandom(1);
    const samples = sampled(messagesOf(thousandAt100Millis, random), random);
    const passage = {
      from: 'published',
      to: 'confirmed',
      perSecond: 1000,
      meanMicros: 1e5,
    } as const;
    expect(littlesLaw(samples.slice(0, 59), passage, window)).not.toBeNull();
    expect(littlesLaw(samples.slice(0, 58), passage, window)).toBeNull();
  });

  test('when nothing came out', () => {
    const random = seededRandom(1);
    const samples = sampled(messagesOf(thousandAt100Millis, random), random);
    const passage = { from: 'published', to: 'confirmed', perSecond: 0, meanMicros: 1e5 } as const;
    expect(littlesLaw(samples, passage, window)).toBeNull();
  });
});
