import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toGeneratorCeiling } from '../../src/result/calibration.js';
import type { GeneratorCeiling } from '../../src/result/generator-ceiling.js';
import { toTrial } from '../../src/run/trial-result.js';
import { exampleCalibration } from '../support/example-calibration.js';
import { consumerRecord, finishedTrial, publisherRecord } from './finished-trial.js';

/** Messages a second of one thread, all bodies being of one size. */
function ceilingOf(perSecond: Readonly<Record<string, number>>): GeneratorCeiling {
  const whole = toGeneratorCeiling(exampleCalibration());
  return {
    ...whole,
    ceilings: whole.ceilings.map((one) => ({
      ...one,
      messagesPerSecond: perSecond[one.mode] ?? 1,
    })),
  };
}

const simple = ceilingOf({
  publish: 1000,
  'publish-confirm': 200,
  consume: 2000,
  'consume-ack': 400,
});

/** The share of a trial of ten seconds with one record for each thread in use. */
function shareOf(
  profile: string,
  counts: { readonly published: readonly number[]; readonly consumed: readonly number[] },
  ceiling: GeneratorCeiling | null = simple,
): number | null {
  const finished = finishedTrial(`name: a\n${profile}`, {
    publishers: counts.published.map((one) => publisherRecord({ publishedInWindow: one })),
    consumers: counts.consumed.map((one) => consumerRecord({ consumedInWindow: one })),
  });
  return toTrial(finished, ceiling).ofGeneratorCeiling;
}

const even = { published: [1000], consumed: [1000] };
const plain = 'publishers: { confirm: none }\nconsumers: { ack: none }';

describe('the share that a trial has in what the generator can do', () => {
  test.each([
    ['without promises', plain, 0.1],
    ['with confirms', 'publishers: { confirm: { window: 10 } }\nconsumers: { ack: none }', 0.5],
    ['with acknowledgements', 'publishers: { confirm: none }\nconsumers: { ack: each }', 0.25],
    ['with both', 'publishers: { confirm: { window: 10 } }\nconsumers: { ack: each }', 0.5],
  ])('%s is that of the side which came nearer', (_, profile, share) => {
    expect(shareOf(profile, even)).toBeCloseTo(share, 12);
  });

  test('is that of the consuming side when that is the larger', () => {
    expect(shareOf(plain, { published: [1000], consumed: [8000] })).toBeCloseTo(0.4, 12);
  });

  test('counts with every thread that is in use', () => {
    const counts = { published: [500, 500], consumed: [100, 100, 800] };
    expect(shareOf(plain, counts)).toBeCloseTo(0.05, 12);
  });

  test('is measured at the body size of the case', () => {
    const ceiling = toGeneratorCeiling(exampleCalibration());
    const share = shareOf(
      'publishers: { confirm: none, size: 2KiB }\nconsumers: { ack: none }',
      { published: [10_000], consumed: [0] },
      ceiling,
    );
    expect(share).toBeCloseTo(1000 * (2e-7 + 2048 * 4e-10), 12);
  });

  test('grows with the rate, and with nothing else', () => {
    const counts = fc.nat(1_000_000);
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 2, max: 9 }), (published, consumed, times) => {
        const once = shareOf(plain, { published: [published], consumed: [consumed] }) ?? Number.NaN;
        const more = shareOf(plain, {
          published: [published * times],
          consumed: [consumed * times],
        });
        expect(once).toBeCloseTo(Math.max(published / 10_000, consumed / 20_000), 9);
        expect(more).toBeCloseTo(once * times, 6);
      }),
    );
  });

  test('may exceed everything that was calibrated', () => {
    expect(shareOf(plain, { published: [12_000], consumed: [0] })).toBeCloseTo(1.2, 12);
  });

  test('is unknown without a calibration', () => {
    expect(shareOf(plain, even, null)).toBeNull();
  });

  test('is unknown with a calibration of the other client', () => {
    expect(shareOf(`client: amqplib\n${plain}`, even)).toBeNull();
    expect(
      shareOf(`client: amqplib\n${plain}`, even, { ...simple, client: 'amqplib' }),
    ).toBeCloseTo(0.1, 12);
  });

  test('is unknown when one of its modes was not measured', () => {
    const ceilings = simple.ceilings.filter(({ mode }) => mode !== 'consume');
    expect(shareOf(plain, even, { ...simple, ceilings })).toBeNull();
  });
});
