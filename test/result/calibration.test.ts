import { describe, expect, test } from 'vitest';
import { isComplete, parseCalibration, toGeneratorCeiling } from '../../src/result/calibration.js';
import { exampleCalibration } from '../support/example-calibration.js';

describe('a calibration read from JSON', () => {
  test('is what was written', () => {
    const calibration = exampleCalibration();
    expect(parseCalibration(JSON.stringify(calibration))).toEqual(calibration);
  });

  test('may have keys that a later rmqbench adds', () => {
    const text = JSON.stringify({ ...exampleCalibration(), added: { later: true } });
    expect(parseCalibration(text)).toBeDefined();
  });

  const { ceilings, ...head } = exampleCalibration();
  const [first, ...others] = ceilings;
  test.each([
    ['nothing', ''],
    ['half of one', JSON.stringify(exampleCalibration()).slice(0, 500)],
    ['null', 'null'],
    ['a list', '[]'],
    ['another schema', { ...head, ceilings, schema: 'rmqbench/calibration@2' }],
    ['no ceilings', head],
    ['a ceiling that is none', { ...head, ceilings: [...ceilings, null] }],
    ['a rate of nothing', { ...head, ceilings: [{ ...first, messagesPerSecond: 0 }, ...others] }],
    ['a rate in words', { ...head, ceilings: [{ ...first, messagesPerSecond: '9' }, ...others] }],
    ['an unknown client', { ...head, ceilings, client: 'pigeon' }],
    ['no moment', { ...head, ceilings, measuredAt: 'yesterday' }],
    ['no environment', { ...head, ceilings, environment: null }],
    ['a mode that is missing', { ...head, ceilings: ceilings.slice(3) }],
  ])('is none when it is %s', (_, value) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(parseCalibration(text)).toBeUndefined();
  });
});

test('a calibration is complete with every mode', () => {
  const { ceilings } = exampleCalibration();
  expect(isComplete({ ceilings })).toBe(true);
  expect(isComplete({ ceilings: ceilings.filter(({ mode }) => mode !== 'loop') })).toBe(false);
});

test('a result carries the figures without those of every round', () => {
  const calibration = exampleCalibration();
  const { measuredAt, client, ceilings } = toGeneratorCeiling(calibration);
  expect({ measuredAt, client }).toEqual({
    measuredAt: calibration.measuredAt,
    client: calibration.client,
  });
  expect(ceilings).toHaveLength(15);
  expect(new Set(ceilings.flatMap(Object.keys))).toEqual(
    new Set([
      'mode',
      'payloadBytes',
      'messagesPerSecond',
      'cpuMicrosPerMessage',
      'publishedPerSecond',
    ]),
  );
});
