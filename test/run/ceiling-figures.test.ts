import { describe, expect, test } from 'vitest';
import { RmqbenchError, UsageError } from '../../src/base/errors.js';
import { type CeilingMode, ceilingModes } from '../../src/result/generator-ceiling.js';
import { ceilingFigures, checkBooks } from '../../src/run/ceiling-figures.js';
import { exampleLedger } from '../support/example-result.js';
import { consumerRecord, finishedTrial, publisherRecord } from './finished-trial.js';

/** Ten seconds in which everything that can be counted was counted differently. */
const measured = finishedTrial('name: a', {
  publishers: [publisherRecord({ publishedInWindow: 50_000, confirmedInWindow: 40_000 })],
  consumers: [consumerRecord({ consumedInWindow: 20_000 })],
  cpuMicros: 1e6,
});

describe('the figures of a ceiling', () => {
  test.each<[CeilingMode, number, number]>([
    ['publish', 5000, 20],
    ['publish-confirm', 4000, 25],
    ['consume', 2000, 50],
    ['consume-ack', 2000, 50],
    ['loop', 2000, 50],
  ])('of %s are those of what it is about', (mode, perSecond, micros) => {
    expect(ceilingFigures(mode, measured)).toMatchObject({
      messagesPerSecond: perSecond,
      cpuMicrosPerMessage: micros,
    });
  });

  test('tell of a loop what was published, too, and of no other mode', () => {
    const published = ceilingModes.map((mode) => ceilingFigures(mode, measured).publishedPerSecond);
    expect(published).toEqual([undefined, undefined, undefined, undefined, 5000]);
  });

  test.each(ceilingModes)('of %s cannot be made of nothing', (mode) => {
    const figures = () => ceilingFigures(mode, finishedTrial());
    expect(figures).toThrow(UsageError);
    expect(figures).toThrow(/^no message was (?:published|confirmed|consumed) in 10\.0 s$/);
  });
});

describe('the books of a ceiling', () => {
  const good = exampleLedger();
  const taken = good.published;

  test.each(ceilingModes)('of %s that add up are passed over', (mode) => {
    expect(() => checkBooks(mode, good, taken)).not.toThrow();
  });

  test.each<[CeilingMode, Parameters<typeof exampleLedger>[0], number, string]>([
    ['publish', {}, taken - 1, '120000 published but 119999 taken'],
    ['publish-confirm', {}, taken + 1, '120000 published but 120001 taken'],
    ['publish-confirm', { confirmed: 1 }, taken, '120000 published but 1 confirmed'],
    ['loop', { unique: 119_990, lost: 10 }, taken, 'but 119990 consumed, 10 lost'],
    ['loop', { duplicated: 3 }, taken, '3 duplicated'],
    ['loop', { leftInQueues: 7 }, taken, '7 still queued'],
  ])('of %s that do not (%j) are a fault of ours, and named', (mode, changes, count, says) => {
    const check = () => checkBooks(mode, exampleLedger(changes), count);
    expect(check).toThrow(says);
    expect(check).not.toThrow(RmqbenchError);
  });

  test('of a source hold nothing of publishers', () => {
    const consumed = exampleLedger({ published: 0, confirmed: 0, unique: 0 });
    expect(() => checkBooks('consume', consumed, 0)).not.toThrow();
  });
});
